package bot

import (
	"encoding/base64"
	"strings"

	"archbot/internal/search"
)

// handleSign begins what names a topic or a resource whose own name is too long to
// be a Completion's Value: the sign, then its hash. No name in a list begins so.
const handleSign = "#~"

// handle names something by the beginning of its ref.
func handle(r ref) string {
	return handleSign + base64.RawURLEncoding.EncodeToString([]byte(r[:refHead]))
}

// valueOf is a name where it is short enough, else a handle.
func valueOf(name string, r ref) string {
	if len(name) <= MaxValue {
		return name
	}
	return handle(r)
}

// unhandled turns the value of an option back into the name that a handle stands
// for; whatever is no handle of something in the list stays as it is.
func (o Option) unhandled(x *search.Index, value string) string {
	hash, ok := strings.CutPrefix(value, handleSign)
	if !ok {
		return value
	}
	raw, err := base64.RawURLEncoding.DecodeString(hash)
	if err != nil || len(raw) != refHead {
		return value
	}
	switch o.Values {
	case Topics:
		if t, _, ok := ref(raw).topic(x.Catalog()); ok {
			return topicName(x, t)
		}
	case Titles:
		if r, ok := ref(raw).resource(x.Catalog()); ok {
			return r.URL
		}
	}
	return value
}
