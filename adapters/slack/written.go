package slack

import (
	"bytes"
	"encoding/json"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"archbot/internal/bot"
)

// maxWritten is how many responses are remembered: those to what people ask most, some
// ten kilobytes each.
const maxWritten = 512

// written remembers responses as they are sent, without the tokens of their buttons:
// those are for one person, the rest is the same for whoever asks the same.
type written struct {
	kept *lru.Cache[writtenKey, template]
}

type writtenKey struct {
	same   string
	as     renderOptions
	tokens int // fewer where one could not be kept
}

// template is a response in JSON, cut where its tokens stand.
type template struct {
	pieces [][]byte // one more than tokens
	tokens []int    // which of the reply's tokens stands behind each piece
}

func newWritten() *written {
	kept, err := lru.New[writtenKey, template](maxWritten)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &written{kept: kept}
}

// response is a reply as acknowledgements of commands and response URLs take it, in
// JSON.
func (w *written) response(reply bot.Reply, o renderOptions) (json.RawMessage, error) {
	if reply.Same == "" || reply.SharedBy != "" {
		return json.Marshal(response(render(reply, o), reply.For))
	}
	tokens := reply.Tokens()
	key := writtenKey{reply.Same, o, len(tokens)}
	if t, ok := w.kept.Get(key); ok {
		return t.with(tokens), nil
	}
	encoded, err := json.Marshal(response(render(reply, o), reply.For))
	if err != nil {
		return nil, err
	}
	w.kept.Add(key, cut(encoded, tokens))
	return encoded, nil
}

// cut takes the tokens out of a response. They are letters, digits, "-" and "_", and
// signed, so they stand as they are and nothing else reads like one.
func cut(encoded []byte, tokens []bot.Token) template {
	type found struct{ at, token int }
	var all []found
	for i, token := range tokens {
		quoted := []byte(`"` + token + `"`)
		for at := 0; ; {
			next := bytes.Index(encoded[at:], quoted)
			if next < 0 {
				break
			}
			at += next + 1
			all = append(all, found{at, i})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.at - b.at })
	var t template
	from := 0
	for _, f := range all {
		t.pieces = append(t.pieces, encoded[from:f.at])
		t.tokens = append(t.tokens, f.token)
		from = f.at + len(tokens[f.token])
	}
	t.pieces = append(t.pieces, encoded[from:])
	return t
}

// with puts other tokens in.
func (t template) with(tokens []bot.Token) json.RawMessage {
	size := 0
	for _, p := range t.pieces {
		size += len(p)
	}
	for _, i := range t.tokens {
		size += len(tokens[i])
	}
	out := make([]byte, 0, size)
	for i, p := range t.pieces {
		out = append(out, p...)
		if i < len(t.tokens) {
			out = append(out, tokens[t.tokens[i]]...)
		}
	}
	return out
}
