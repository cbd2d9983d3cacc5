package eval

import (
	"encoding/json"
	"errors"
	"fmt"
)

// object is a JSON object whose keys are read one by one: exactly as they are
// written, which encoding/json would not insist on in a struct. A key that is
// null is as good as absent.
type object map[string]json.RawMessage

func parseObject(line []byte) (object, error) {
	var o object
	if err := json.Unmarshal(line, &o); err != nil {
		if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, fmt.Errorf("it must be a JSON object and is a JSON %s", e.Value)
		}
		return nil, fmt.Errorf("it must be a JSON object: %w", err)
	}
	if o == nil {
		return nil, errors.New("it must be a JSON object and is null")
	}
	return o, nil
}

func (o object) has(key string) bool {
	raw, ok := o[key]
	return ok && string(raw) != "null"
}

// text returns the string at key; "" when it is absent.
func (o object) text(key string) (string, error) {
	var s string
	if o.has(key) && json.Unmarshal(o[key], &s) != nil {
		return "", fmt.Errorf("%q must be a string", key)
	}
	return s, nil
}

// needText returns the string at key, which must be there.
func (o object) needText(key string) (string, error) {
	if !o.has(key) {
		return "", fmt.Errorf("it has no %q", key)
	}
	return o.text(key)
}

// needNumber returns the whole number at key, which must be there.
func (o object) needNumber(key string) (int, error) {
	if !o.has(key) {
		return 0, fmt.Errorf("it has no %q", key)
	}
	var n int
	if json.Unmarshal(o[key], &n) != nil {
		return 0, fmt.Errorf("%q must be a whole number", key)
	}
	return n, nil
}
