package bot_test

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/adapters/adaptertest"
	"archbot/data"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/digest"
	"archbot/internal/search"
	"archbot/internal/store/memory"
	"archbot/internal/vocabulary"
)

// embedded is the list that comes along, with its words, as people talk to it.
var embedded = sync.OnceValue(func() *search.Index {
	c, err := catalog.Parse(data.List(), catalog.Options{Name: "list.md"})
	if err != nil {
		panic(err)
	}
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	return search.New(c, terms, talk)
})

// at is when all conversations of tests take place.
func at() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }

// talking is a bot on the embedded list that remembers.
func talking(state bot.State) *bot.Bot {
	senders := &digest.Senders{}
	senders.Add("test", nobody{})
	return bot.New(bot.Config{
		Library: library{embedded()}, Log: slog.New(slog.DiscardHandler), State: state, Keys: []string{"a key of these tests"},
		Conversation: bot.DefaultConversation, Version: "v1.2.3", Now: at,
		Digests: &bot.Digests{Anyone: true, Engine: &digest.Engine{
			Store: memory.New(at), Senders: senders, Log: slog.New(slog.DiscardHandler), Policy: digest.DefaultPolicy,
		}},
	})
}

// nobody is where digests are posted that nobody waits for.
type nobody struct{}

func (nobody) Post(context.Context, digest.Post) (digest.MessageID, error) { return "m1", nil }

func (nobody) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, nil
}

// TestTranscripts holds the conversations of adaptertest to their word.
func TestTranscripts(t *testing.T) {
	all, err := adaptertest.Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Errorf("there are %d transcripts", len(all))
	}
	for _, script := range all {
		t.Run(script.Name, func(t *testing.T) {
			b := talking(memory.New(at))
			want := script.String()
			for i := range script.Turns {
				turn := &script.Turns[i]
				turn.Answer = adaptertest.Lines(b.Handle(t.Context(), turn.Request("test")))
			}
			if flag.Lookup("update").Value.String() == "true" { // which token_test.go declares
				file := filepath.Join("../../adapters/adaptertest/testdata/transcripts", script.Name+".txt")
				if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, script.String()); diff != "" {
				t.Errorf("-want +got; go test ./internal/bot -run Transcripts -update accepts it:\n%s", diff)
			}
		})
	}
}
