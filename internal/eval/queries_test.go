package eval

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// echo finds a topic that is called as the query, unless the query says otherwise.
func echo(_ context.Context, q Query) (Answer, error) {
	switch q.Text {
	case "nothing":
		return Answer{}, nil
	case "fail":
		return Answer{}, errors.New("the bot failed")
	case "resource":
		return Answer{Resources: []Resource{{Title: "<A & B>", URL: "https://example.com/?a=1&b=2", Kind: "paper"}}}, nil
	}
	return Answer{Topics: []Topic{{ID: string(q.Surface) + "/" + q.Text, Score: 2.0 / 3}}}, nil
}

func found(id, topic string) string {
	return `{"qid":"` + id + `","topics":[{"id":"` + topic + `","score":0.6667}],"resources":[]}`
}

func TestQueries(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a search", `{"qid":"q1","surface":"search","query":"a"}`, found("q1", "search/a")},
		{"a question", `{"qid":"q1","surface":"question","query":"a"}`, found("q1", "question/a")},
		{"without a surface", `{"qid":"q1","query":"a"}`, found("q1", "search/a")},
		{"null is as good as absent", `{"qid":null,"surface":null,"query":"a"}`, found("", "search/a")},
		{"without an id", `{"query":"a"}`, found("", "search/a")},
		{"unknown keys", `{"x":{"query":1},"qid":"q1","query":"a","Query":"b","QUERY":[]}`, found("q1", "search/a")},
		{"spaces around it", " \t{ \"query\" : \"a\" } \r", found("", "search/a")},
		{"escapes", `{"query":"\u0061"}`, found("", "search/a")},
		{"as typed", `{"query":" <@U1> **a** &gt; "}`, found("", "search/ <@U1> **a** &gt; ")},
		{"an empty query", `{"query":""}`, found("", "search/")},
		{"nothing found", `{"qid":"q1","query":"nothing"}`, `{"qid":"q1","topics":[],"resources":[]}`},
		{
			"a resource alone", `{"qid":"q1","query":"resource"}`,
			`{"qid":"q1","topics":[],"resources":[{"title":"<A & B>","url":"https://example.com/?a=1&b=2","kind":"paper","topic":""}]}`,
		},
		{"no JSON", `hello`, `{"error":"line 1: it must be a JSON object: invalid character 'h' looking for beginning of value"}`},
		{"nothing at all", ``, `{"error":"line 1: it must be a JSON object: unexpected end of JSON input"}`},
		{"half an object", `{"query":"a"`, `{"error":"line 1: it must be a JSON object: unexpected end of JSON input"}`},
		{"two objects", `{"query":"a"}{"query":"b"}`, `{"error":"line 1: it must be a JSON object: invalid character '{' after top-level value"}`},
		{"a list", `["a"]`, `{"error":"line 1: it must be a JSON object and is a JSON array"}`},
		{"a string", `"a"`, `{"error":"line 1: it must be a JSON object and is a JSON string"}`},
		{"null", `null`, `{"error":"line 1: it must be a JSON object and is null"}`},
		{"no query", `{"qid":"q1"}`, `{"error":"line 1: it has no \"query\""}`},
		{"a null query", `{"query":null}`, `{"error":"line 1: it has no \"query\""}`},
		{"a query that is none", `{"query":1}`, `{"error":"line 1: \"query\" must be a string"}`},
		{"an id that is none", `{"qid":1,"query":"a"}`, `{"error":"line 1: \"qid\" must be a string"}`},
		{"a surface that is none", `{"surface":{},"query":"a"}`, `{"error":"line 1: \"surface\" must be a string"}`},
		{"an unknown surface", `{"surface":"email","query":"a"}`, `{"error":"line 1: the surface must be \"search\" or \"question\""}`},
		{"far too deep", strings.Repeat("[", 100_000), `{"error":"line 1: it must be a JSON object: invalid character '[' exceeded max depth"}`},
		{"too long", `{"query":"` + strings.Repeat("a", MaxLine) + `"}`, `{"error":"line 1: longer than 1 MiB"}`},
		{"the bot fails", `{"query":"fail"}`, `{"error":"line 1: the bot failed"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			// What comes after a line is answered whatever that line was.
			if err := Queries(t.Context(), strings.NewReader(tt.in+"\n"+`{"query":"z"}`), &out, echo); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n"+found("", "search/z")+"\n", out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestQueriesOfNothing(t *testing.T) {
	var out bytes.Buffer
	if err := Queries(t.Context(), strings.NewReader(""), &out, echo); err != nil || out.Len() > 0 {
		t.Errorf("%v, and %q", err, out.String())
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestQueriesThatCannotBeAnswered(t *testing.T) {
	err := Queries(t.Context(), strings.NewReader(`{"query":"a"}`), full{}, echo)
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("Queries = %v", err)
	}
}

func TestDialogues(t *testing.T) {
	converse := func(_ context.Context, turn Turn) (TurnAnswer, error) {
		return TurnAnswer{
			Answer: Answer{Topics: []Topic{{ID: turn.Dialogue + "/" + turn.Message, Score: 1}}},
			Kind:   "video", Page: 2, Level: Any,
		}, nil
	}
	tests := []struct{ name, in, want string }{
		{
			"a turn", `{"did":"d1","turn":2,"message":"more","x":1}`,
			`{"did":"d1","turn":2,"topics":[{"id":"d1/more","score":1}],"kind":"video","page":2,"level":"any","resources":[]}`,
		},
		{"no dialogue", `{"turn":2,"message":"more"}`, `{"error":"line 1: it has no \"did\""}`},
		{"no turn", `{"did":"d1","message":"more"}`, `{"error":"line 1: it has no \"turn\""}`},
		{"half a turn", `{"did":"d1","turn":1.5,"message":"more"}`, `{"error":"line 1: \"turn\" must be a whole number"}`},
		{"no message", `{"did":"d1","turn":2}`, `{"error":"line 1: it has no \"message\""}`},
		{"a query", `{"qid":"q1","query":"a"}`, `{"error":"line 1: it has no \"did\""}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Dialogues(t.Context(), strings.NewReader(tt.in), &out, converse); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
