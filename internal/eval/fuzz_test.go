package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// FuzzQueries shows that whatever comes in, as many lines go out, in order, each
// of them an answer or a complaint that names its line.
func FuzzQueries(f *testing.F) {
	for _, s := range []string{
		`{"qid":"q1","surface":"search","query":"a"}`, `{"did":"d1","turn":1,"message":"a"}`,
		"", "\n\n", "null\n[]\n{}", "\ufeff{}\r\n", `{"query":"\ud800"}`, "{\"query\":\"\xff\"}", `{"a":1e999,"query":""}`,
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, dialogues bool) {
		var out bytes.Buffer
		var err error
		if dialogues {
			err = Dialogues(t.Context(), bytes.NewReader(in), &out, func(_ context.Context, turn Turn) (TurnAnswer, error) {
				return TurnAnswer{Answer: Answer{Topics: []Topic{{ID: turn.Message}}}, Kind: Any, Page: 1, Level: Any}, nil
			})
		} else {
			err = Queries(t.Context(), bytes.NewReader(in), &out, func(_ context.Context, q Query) (Answer, error) {
				return Answer{Topics: []Topic{{ID: q.Text}}}, nil
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(out.String(), "\n")
		if got, want := len(lines)-1, lineCount(in); got != want {
			t.Fatalf("%d lines are answered with %d", want, got)
		}
		for i, line := range lines[:len(lines)-1] {
			var o struct {
				Error     *string
				Topics    []Topic
				Resources []Resource
			}
			if err := json.Unmarshal([]byte(line), &o); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if o.Error == nil && (len(o.Topics) != 1 || o.Resources == nil) {
				t.Errorf("%q is neither an answer nor a complaint", line)
			}
			if o.Error != nil && !strings.HasPrefix(*o.Error, fmt.Sprintf("line %d: ", i+1)) {
				t.Errorf("%q does not complain of line %d", line, i+1)
			}
		}
	})
}

func lineCount(in []byte) int {
	n := bytes.Count(in, []byte("\n"))
	if len(in) > 0 && in[len(in)-1] != '\n' {
		n++
	}
	return n
}
