// Package stencil remembers responses as JSON with what differs from one person to the
// next cut out: to answer the next one, theirs is put in.
//
// What is cut out are tokens: letters, digits, "-" and "_", which JSON has as they are.
// They are signed, so nothing else in a response reads like one.
package stencil

import (
	"bytes"
	"encoding/json"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Cache remembers responses by what they depend on besides their tokens. It may be used
// by any number of goroutines.
type Cache[K comparable, T ~string] struct {
	kept *lru.Cache[key[K], stencil]
}

// key has the number of tokens besides: where one could not be made, there are fewer.
type key[K comparable] struct {
	of     K
	tokens int
}

// New remembers so many responses, those that were asked for last; at least one.
func New[K comparable, T ~string](most int) *Cache[K, T] {
	kept, err := lru.New[key[K], stencil](most)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &Cache[K, T]{kept: kept}
}

// Response is what write writes, with these tokens in it; nobody may change it. For one
// key, write has to write the same but for the tokens, and two tokens that are equal for
// one person have to be so for all. Its error is the only one, and is not remembered.
func (c *Cache[K, T]) Response(of K, tokens []T, write func() ([]byte, error)) (json.RawMessage, error) {
	k := key[K]{of, len(tokens)}
	if s, ok := c.kept.Get(k); ok {
		return with(s, tokens), nil
	}
	encoded, err := write()
	if err != nil {
		return nil, err
	}
	c.kept.Add(k, cut(encoded, tokens))
	return encoded, nil
}

// stencil is a response in JSON, cut where its tokens stand.
type stencil struct {
	pieces [][]byte // one more than tokens
	tokens []int    // which of the tokens stands behind each piece but the last
}

// cut takes the tokens out of a response.
func cut[T ~string](encoded []byte, tokens []T) stencil {
	type found struct{ at, token int }
	var all []found
	for i, token := range tokens {
		if slices.Index(tokens, token) < i {
			continue // the same as one before it
		}
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
	var s stencil
	from := 0
	for _, f := range all {
		s.pieces = append(s.pieces, encoded[from:f.at])
		s.tokens = append(s.tokens, f.token)
		from = f.at + len(tokens[f.token])
	}
	s.pieces = append(s.pieces, encoded[from:])
	return s
}

// with puts tokens in.
func with[T ~string](s stencil, tokens []T) []byte {
	size := 0
	for _, p := range s.pieces {
		size += len(p)
	}
	for _, i := range s.tokens {
		size += len(tokens[i])
	}
	out := make([]byte, 0, size)
	for i, p := range s.pieces {
		out = append(out, p...)
		if i < len(s.tokens) {
			out = append(out, tokens[s.tokens[i]]...)
		}
	}
	return out
}
