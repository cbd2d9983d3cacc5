package app

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
	"archbot/internal/eval"
)

// Only what was found counts; what else an answer shows does not.
func TestEvalAnswer(t *testing.T) {
	topics := []bot.TopicCard{{ID: "data/caching", Score: 0.9}, {ID: "data"}}
	resources := []bot.ResourceCard{{Title: "Cache", URL: "https://example.com/", Kind: "paper", Topic: "data/caching"}}
	found := eval.Answer{
		Topics:    []eval.Topic{{ID: "data/caching", Score: 0.9}, {ID: "data"}},
		Resources: []eval.Resource{{Title: "Cache", URL: "https://example.com/", Kind: "paper", Topic: "data/caching"}},
	}
	tests := []struct {
		kind bot.ReplyKind
		want eval.Answer
		err  error
	}{
		{bot.Found, found, nil},
		{bot.Place, found, nil},
		{bot.Choice, found, nil},
		{bot.Nothing, eval.Answer{}, nil},
		{bot.Tree, eval.Answer{}, nil},
		{bot.Help, eval.Answer{}, nil},
		{bot.Misuse, eval.Answer{}, nil},
		{bot.Failure, eval.Answer{}, errBot},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			got, err := evalAnswer(bot.Reply{Kind: tt.kind, Topics: topics, Resources: resources})
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What is measured is what a platform gets: the same topics in the same order,
// and only more of them.
func TestEvalIsTheBot(t *testing.T) {
	a, err := New(Options{Logs: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	for _, text := range []string{"architecture", "circut breaker", "/arch search caching", "topics fintech", "pizza", "...", strings.Repeat("long ", 200)} {
		for _, surface := range []eval.Surface{eval.OnSearch, eval.OnQuestion} {
			r := bot.Request{Text: text}
			if surface == eval.OnSearch {
				r.Command = "search"
			} else {
				r.Surface = bot.SurfaceDirect
			}
			reply := a.Bot.Handle(t.Context(), r)
			reply.Related = nil // who asks for more topics gets more before the relatives
			shown, err := evalAnswer(reply)
			if err != nil {
				t.Fatal(err)
			}
			got, err := a.measurable().Search(t.Context(), eval.Query{Surface: surface, Text: text})
			if err != nil || len(got.Topics) < len(shown.Topics) {
				t.Fatalf("%q: %d topics, shown are %d; %v", text, len(got.Topics), len(shown.Topics), err)
			}
			got.Topics = got.Topics[:len(shown.Topics):len(shown.Topics)]
			if diff := cmp.Diff(shown.Topics, got.Topics); diff != "" {
				t.Errorf("%q on %s (-shown +measured):\n%s", text, surface, diff)
			}
			if diff := cmp.Diff(shown.Resources, got.Resources); diff != "" {
				t.Errorf("%q on %s (-shown +measured):\n%s", text, surface, diff)
			}
		}
	}
}

func TestEvalOnItsOwnStreams(t *testing.T) {
	var out, complaints bytes.Buffer
	p := &Program{In: strings.NewReader(`{"query":"circuit breaking"}`), Out: &out, Err: &complaints}
	if err := p.Eval(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "service-mesh-architecture/circuit-breaking") || complaints.Len() > 0 {
		t.Errorf("printed %q and %q", out.String(), complaints.String())
	}
}
