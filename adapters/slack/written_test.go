package slack

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

// What is remembered of a response differs in nothing from one that is written anew.
func TestWritten(t *testing.T) {
	w := withState(t)
	kept, remembered := newWritten(), 0
	for _, line := range []string{
		"circuit breaking", "search load balancing kind:article", "topic cdn architecture", "topics", "sourdough bread", "help", "saved",
		"search circuit breaking public:yes",
	} {
		for _, user := range []bot.UserID{"U1", "U2", "U1", "U3"} {
			r := typed(line)
			r.User = user
			reply := w.Handle(t.Context(), r)
			for _, how := range []manner{{who: reply.For}, {who: bot.ToAll}, {who: reply.For, replaces: true}, {who: reply.For, thread: "1700000000.000100"}} {
				if _, err := kept.kept.Response(writtenKey{reply.Same, inSlack, how}, reply.Tokens(), unwritten); err == nil {
					remembered++
				}
				got, err := kept.response(reply, inSlack, how)
				if err != nil {
					t.Fatal(err)
				}
				want, err := json.Marshal(response(render(reply, inSlack), how))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%s for %s, %+v:\n%s", line, user, how, diff)
				}
			}
		}
	}
	if remembered < 24 {
		t.Errorf("%d responses are given from memory", remembered)
	}
}

// unwritten writes nothing: what is not remembered is an error.
func unwritten() ([]byte, error) { return nil, errors.New("it is not remembered") }
