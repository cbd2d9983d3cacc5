package discord

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// spec is Discord's own description of its API, in OpenAPI 3.1, whose schemas are JSON
// Schema: https://github.com/discord/discord-api-spec. This checks as much of it as the
// document uses.
type spec struct{ document map[string]any }

func readSpec(t *testing.T) spec {
	t.Helper()
	path := os.Getenv("ARCHBOT_DISCORD_SPEC")
	if path == "" {
		t.Skip("set ARCHBOT_DISCORD_SPEC to Discord's openapi.json")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s spec
	if err := json.Unmarshal(raw, &s.document); err != nil {
		t.Fatal(err)
	}
	return s
}

// body is the schema of what a request sends.
func (s spec) body(method, path string) map[string]any {
	at := any(s.document)
	for _, name := range []string{"paths", path, method, "requestBody", "content", "application/json", "schema"} {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	m, _ := at.(map[string]any)
	return m
}

// check says what is wrong with a value; nothing when it is as the schema has it.
func (s spec) check(schema map[string]any, v any, path string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		at := any(s.document)
		for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			m, _ := at.(map[string]any)
			at = m[name]
		}
		target, ok := at.(map[string]any)
		if !ok {
			return []string{path + ": the document lacks " + ref}
		}
		return s.check(target, v, path)
	}
	wrong := s.combined(schema, v, path)
	if kinds := texts(schema["type"]); len(kinds) > 0 && !slices.ContainsFunc(kinds, func(k string) bool { return isOf(k, v) }) {
		return append(wrong, fmt.Sprintf("%s: %v is none of %v", path, v, kinds))
	}
	if all, ok := schema["enum"].([]any); ok && !slices.Contains(all, v) {
		wrong = append(wrong, fmt.Sprintf("%s: %v is none of %v", path, v, all))
	}
	if c, ok := schema["const"]; ok && c != v {
		wrong = append(wrong, fmt.Sprintf("%s: %v is not %v", path, v, c))
	}
	switch v := v.(type) {
	case string:
		wrong = append(wrong, bounds(schema, "Length", utf8.RuneCountInString(v), path)...)
		if p, ok := schema["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v) {
			wrong = append(wrong, fmt.Sprintf("%s: %q does not match %s", path, v, p))
		}
	case float64:
		if least, ok := schema["minimum"].(float64); ok && v < least {
			wrong = append(wrong, fmt.Sprintf("%s: %v is less than %v", path, v, least))
		}
		if most, ok := schema["maximum"].(float64); ok && v > most {
			wrong = append(wrong, fmt.Sprintf("%s: %v is more than %v", path, v, most))
		}
	case []any:
		wrong = append(wrong, bounds(schema, "Items", len(v), path)...)
		if items, ok := schema["items"].(map[string]any); ok {
			for i, one := range v {
				wrong = append(wrong, s.check(items, one, fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case map[string]any:
		wrong = append(wrong, s.object(schema, v, path)...)
	}
	return wrong
}

func (s spec) object(schema, v map[string]any, path string) (wrong []string) {
	for _, name := range texts(schema["required"]) {
		if _, ok := v[name]; !ok {
			wrong = append(wrong, path+"."+name+": is required")
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, one := range v {
		if p, ok := properties[name].(map[string]any); ok {
			wrong = append(wrong, s.check(p, one, path+"."+name)...)
		}
	}
	return wrong
}

// combined checks what is said by other schemas: all of them, or one.
func (s spec) combined(schema map[string]any, v any, path string) (wrong []string) {
	all, _ := schema["allOf"].([]any)
	for _, one := range all {
		if m, ok := one.(map[string]any); ok {
			wrong = append(wrong, s.check(m, v, path)...)
		}
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		choices, ok := schema[word].([]any)
		if !ok {
			continue
		}
		var nearest []string
		fits := false
		for _, one := range choices {
			m, _ := one.(map[string]any)
			found := s.check(m, v, path)
			fits = fits || len(found) == 0
			if nearest == nil || len(found) < len(nearest) {
				nearest = found
			}
		}
		if !fits {
			wrong = append(wrong, nearest...)
		}
	}
	return wrong
}

func bounds(schema map[string]any, what string, n int, path string) (wrong []string) {
	if least, ok := schema["min"+what].(float64); ok && n < int(least) {
		wrong = append(wrong, fmt.Sprintf("%s: has %d, less than %v", path, n, least))
	}
	if most, ok := schema["max"+what].(float64); ok && n > int(most) {
		wrong = append(wrong, fmt.Sprintf("%s: has %d, more than %v", path, n, most))
	}
	return wrong
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, fmt.Sprint(one))
		}
		return out
	}
	return nil
}

func isOf(kind string, v any) bool {
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}

// What is sent is what Discord's own description of its API says. That it is looked at
// closely is shown by what it refuses.
func TestWhatIsSentIsAsDiscordDescribesIt(t *testing.T) {
	s := readSpec(t)
	message := s.body("post", "/channels/{channel_id}/messages")
	callback := s.body("post", "/interactions/{interaction_id}/{interaction_token}/callback")
	edit := s.body("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
	commands := s.body("put", "/applications/{application_id}/commands")
	if message == nil || callback == nil || edit == nil || commands == nil {
		t.Fatal("the document does not describe what is sent")
	}
	files := []string{"testdata/commands.json"}
	for _, kind := range []string{"messages", "modals", "completions"} {
		found, err := filepath.Glob("testdata/" + kind + "/*.json")
		if err != nil || len(found) == 0 {
			t.Fatalf("there are no golden files of %s: %v", kind, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		var wrong []string
		switch filepath.Base(filepath.Dir(file)) {
		case "messages":
			wrong = slices.Concat(s.check(message, v, "message"), s.check(edit, v, "edit"), s.check(callback, map[string]any{"type": 4.0, "data": v}, "callback"))
		case "modals":
			wrong = s.check(callback, map[string]any{"type": 9.0, "data": v}, "modal")
		case "completions":
			wrong = s.check(callback, v, "completions")
		default:
			wrong = s.check(commands, v, "commands")
		}
		if len(wrong) > 0 {
			t.Errorf("%s: %q", file, wrong)
		}
	}
	for name, body := range map[string]string{
		"label":     `{"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a","label":"` + strings.Repeat("x", 81) + `"}]}]}`,
		"custom id": `{"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"` + strings.Repeat("x", 101) + `"}]}]}`,
		"section":   `{"components":[{"type":9,"components":[{"type":10,"content":"x"}]}]}`,
		"type":      `{"components":[{"type":99}]}`,
		"user":      `{"allowed_mentions":{"users":["bob"]}}`,
	} {
		var v any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			t.Fatal(err)
		}
		if len(s.check(message, v, "message")) == 0 {
			t.Errorf("a wrong %s is let through", name)
		}
	}
}
