package slackfake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody bounds what the fake reads of one request: more than any limit it checks.
const maxBody = 4 << 20

// args are the arguments of one call: strings of a form, or any value of a JSON body.
type args map[string]any

// readArgs reads the arguments and the token. Slack reads the token from the
// Authorization header or from a form's field, never from a JSON body, and takes
// none from the query.
func readArgs(r *http.Request, takesJSON bool) (args, string, *apiError) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.Method == http.MethodGet {
		return formArgs(r.URL.Query()), token, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, "", fail("request_timeout")
	}
	if len(body) == 0 {
		return args{}, token, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, "", fail("missing_post_type")
	}
	var form map[string][]string
	switch kind {
	case "application/json":
		if !takesJSON {
			return args{}, token, nil // as Slack does: what it does not read it does not see
		}
		a, err := jsonArgs(body)
		if err != nil {
			return nil, "", fail("invalid_json")
		}
		return a, token, nil
	case "application/x-www-form-urlencoded":
		form, err = url.ParseQuery(string(body))
	case "multipart/form-data":
		var parts *multipart.Form
		if parts, err = multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(maxBody); err == nil {
			form = parts.Value
		}
	default:
		return nil, "", fail("invalid_post_type")
	}
	if err != nil {
		return nil, "", fail("invalid_form_data")
	}
	a := formArgs(form)
	if token == "" {
		token = a.str("token")
	}
	return a, token, nil
}

func formArgs(form map[string][]string) args {
	a := args{}
	for name, values := range form {
		a[name] = values[len(values)-1]
	}
	return a
}

func jsonArgs(body []byte) (args, error) {
	v, err := decode(body)
	if err != nil {
		return nil, err
	}
	a, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("the body is no JSON object")
	}
	return a, nil
}

// decode reads one JSON value with nothing behind it. Numbers stay as they were
// written.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the JSON value")
	}
	return v, nil
}

// has tells whether the argument was passed and is not null or empty.
func (a args) has(name string) bool {
	v, ok := a[name]
	return ok && v != nil && v != ""
}

// str is the argument as text; what was no text or number is empty.
func (a args) str(name string) string {
	switch v := a[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// flag is a boolean, as true, "true" or "1".
func (a args) flag(name string) bool {
	if v, ok := a[name].(bool); ok {
		return v
	}
	v, err := strconv.ParseBool(a.str(name))
	return err == nil && v
}

// optional is a boolean that may be missing.
func (a args) optional(name string) *bool {
	if !a.has(name) {
		return nil
	}
	v := a.flag(name)
	return &v
}

// value is an argument that is JSON: text that holds it, in a form or in a JSON
// body, or the value itself.
func (a args) value(name string) (v any, present bool, err error) {
	if !a.has(name) {
		return nil, false, nil
	}
	text, isText := a[name].(string)
	if !isText {
		return a[name], true, nil
	}
	if v, err = decode([]byte(text)); err != nil {
		return nil, true, fmt.Errorf("the argument %s: %w", name, err)
	}
	return v, true, nil
}

// limit reads how many things are asked for.
func (a args) limit(usual, most int) (int, *apiError) {
	if !a.has("limit") {
		return usual, nil
	}
	n, err := strconv.Atoi(a.str("limit"))
	if err != nil || n < 0 {
		return 0, fail("invalid_limit")
	}
	if n == 0 {
		n = usual
	}
	return min(n, most), nil
}
