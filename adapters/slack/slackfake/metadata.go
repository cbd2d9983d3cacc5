package slackfake

import (
	"encoding/json"
	"regexp"
)

// eventType is what Slack's documentation of message metadata calls a
// human-readable alphanumeric string; its examples have underscores.
var eventType = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

// metadata checks the metadata of a message and returns it in canonical form, nil for
// none. An empty object takes it away when a message is updated.
func (c *call) metadata() (json.RawMessage, *apiError) {
	v, present, err := c.value("metadata")
	if err != nil {
		return nil, fail("invalid_metadata_format")
	}
	if !present {
		return nil, nil
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, fail("invalid_metadata_format")
	}
	if len(o) == 0 {
		return json.RawMessage("{}"), nil
	}
	check := newChecker(inMessage)
	check.object("/metadata", v, fields{
		"event_type": must(func(c *checker, at string, v any) {
			if s, ok := v.(string); !ok || !eventType.MatchString(s) {
				c.fail(at, "must be letters, digits and underscores")
			}
		}),
		"event_payload": must(payload),
	})
	if check.problems != nil {
		return nil, refuse("invalid_metadata_schema", check.problems)
	}
	out := compact(v)
	if len(out) > maxMetadata {
		return nil, fail("metadata_too_large")
	}
	return out, nil
}

// payload is an object of scalars, of flat objects, or of arrays of those.
func payload(c *checker, at string, v any) {
	o, ok := v.(map[string]any)
	if !ok {
		c.fail(at, "must be an object")
		return
	}
	for key, value := range o {
		switch value := value.(type) {
		case []any:
			for _, e := range value {
				flat(c, at+"/"+key, e)
			}
		default:
			flat(c, at+"/"+key, value)
		}
	}
}

func flat(c *checker, at string, v any) {
	switch v := v.(type) {
	case []any:
		c.fail(at, "must not be nested")
	case map[string]any:
		for key, e := range v {
			switch e.(type) {
			case []any, map[string]any:
				c.fail(at+"/"+key, "must not be nested")
			}
		}
	}
}
