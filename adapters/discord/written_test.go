package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

// showings are the ways in which an interaction's answer is shown.
var showings = map[string]struct {
	i interaction
	q asked
}{
	"command":         {i: interaction{Type: discordgo.InteractionApplicationCommand, Guild: "100"}},
	"command, direct": {i: interaction{Type: discordgo.InteractionApplicationCommand}},
	"form":            {i: interaction{Type: discordgo.InteractionModalSubmit, Guild: "100"}},
	"form, direct":    {i: interaction{Type: discordgo.InteractionModalSubmit}},
	"button":          {interaction{Type: discordgo.InteractionMessageComponent, Guild: "100"}, asked{button: bot.ButtonTopic, ephemeral: true}},
	"next":            {interaction{Type: discordgo.InteractionMessageComponent, Guild: "100"}, asked{button: bot.ButtonNext, ephemeral: true}},
	"next, for all":   {interaction{Type: discordgo.InteractionMessageComponent, Guild: "100"}, asked{button: bot.ButtonNext}},
	"next, direct":    {interaction{Type: discordgo.InteractionMessageComponent}, asked{button: bot.ButtonNext}},
}

// writer is an adapter that only shows what it is given.
func writer(t testing.TB) *Adapter {
	t.Helper()
	a, err := New(Config{Bot: &echo{}, PublicKey: strings.Repeat("ab", 32)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sent is the answer that shows a reply, as it is sent; fresh has it made anew.
func (a *Adapter) sent(t testing.TB, how string, reply bot.Reply, fresh bool) string {
	t.Helper()
	showing := showings[how]
	if !fresh {
		encoded, err := a.shown(&showing.i, showing.q, reply, false).encoded()
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	reply.Same = ""
	r := a.shown(&showing.i, showing.q, reply, false)
	if _, kept := r.Data.(json.RawMessage); kept {
		t.Fatalf("%s: what is called the same as nothing is remembered", how)
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// by is a reply as it would be somebody else's, whose tokens begin with another letter.
func by(letter string, r bot.Reply) bot.Reply {
	sign := func(buttons []bot.Button) []bot.Button {
		buttons = slices.Clone(buttons)
		for i, b := range buttons {
			if b.Token != "" {
				buttons[i].Token = bot.Token(letter) + b.Token[1:]
			}
		}
		return buttons
	}
	r.Buttons = sign(r.Buttons)
	r.Resources, r.Menus = slices.Clone(r.Resources), slices.Clone(r.Menus)
	for i := range r.Resources {
		r.Resources[i].Buttons = sign(r.Resources[i].Buttons)
	}
	for i := range r.Menus {
		r.Menus[i].Choices = sign(r.Menus[i].Choices)
	}
	if r.SharedBy != "" {
		r.SharedBy = bot.UserID(fmt.Sprintf("77700%d", letter[0]))
	}
	if r.Addressed != "" {
		r.Addressed = bot.UserID(fmt.Sprintf("88800%d", letter[0]))
	}
	return r
}

// mixes fails when there is anything of a person in what another one is sent.
func mixes(t *testing.T, what, sent string, mine, theirs bot.Reply) {
	t.Helper()
	for _, token := range theirs.Tokens() {
		if strings.Contains(sent, `"`+string(token)+`"`) && !slices.Contains(mine.Tokens(), token) {
			t.Errorf("%s: the token %s of somebody else is in it", what, token)
		}
	}
	for _, id := range []bot.UserID{theirs.SharedBy, theirs.Addressed} {
		if isID(string(id)) && strings.Contains(sent, string(id)) {
			t.Errorf("%s: %s of somebody else is in it", what, id)
		}
	}
}

// Every reply, whoever is first and however it is shown, is sent as it would be if it
// was made anew: those of each kind, and some in which everything is nasty. All are
// called the same, as if the core remembered them.
func TestWritten(t *testing.T) {
	replies := askedReplies(t)
	told := replies["addressed"]
	told.SharedBy = ""
	replies["addressed by nobody"] = told
	hows := slices.Collect(maps.Keys(showings))
	for name, r := range replies {
		isWritten(t, name, r, hows)
	}
	c := chance(5, 6)
	for n := range 3 {
		r := c.Reply()
		if r.Kind, r.Form = bot.Found, nil; n%2 == 0 {
			r.SharedBy, r.Addressed = "", ""
		}
		isWritten(t, fmt.Sprint("chance ", n), r, []string{"command"})
	}
}

// isWritten fails when a reply is not sent to each of two people as it would be anew,
// wherever they see it.
func isWritten(t *testing.T, name string, r bot.Reply, hows []string) {
	t.Helper()
	for _, letters := range []string{"YZY", "ZYZ"} {
		a := writer(t)
		for _, how := range hows {
			var before bot.Reply
			for _, letter := range strings.Split(letters, "") {
				own := by(letter, r)
				own.Same = name
				got, want := a.sent(t, how, own, false), a.sent(t, how, own, true)
				if got != want {
					t.Fatalf("%s, %s, to %s of %s:\n%s", name, how, letter, letters, cmp.Diff(want, got))
				}
				mixes(t, name+", "+how, got, own, before)
				before = own
			}
		}
	}
}

// What the core calls the same is remembered, and what two people are sent of it is what
// they would be sent anew.
func TestWrittenOfTheCore(t *testing.T) {
	for _, users := range [][]bot.UserID{{"300", "301", "300"}, {"301", "300", "301"}} {
		core, a, remembered := demoBot(t), writer(t), 0
		for _, line := range []string{
			"search circuit breaking", "search circuit breaking public:yes", "search caching kind:paper", "topic circuit breaking", "topics",
			"topics microservices", "topics caching", "search sourdough bread", "help", "help search", "search caching for:302", "random", "saved",
		} {
			for how := range showings {
				var before bot.Reply
				for _, user := range users {
					r := typed(line)
					r.User = user
					reply := core.Handle(t.Context(), r)
					if a.knows(how, reply) {
						remembered++
					}
					got, want := a.sent(t, how, reply, false), a.sent(t, how, reply, true)
					if got != want {
						t.Fatalf("%s, %s for %s:\n%s", line, how, user, cmp.Diff(want, got))
					}
					mixes(t, line, got, reply, before)
					before = reply
				}
			}
		}
		if remembered < 100 {
			t.Errorf("%d answers are given from memory", remembered)
		}
	}
}

// knows reports whether the message that shows a reply is remembered.
func (a *Adapter) knows(how string, reply bot.Reply) bool {
	i := showings[how].i
	key := writtenKey{reply.Same, renderOptions{Slash: true, Again: i.Type == discordgo.InteractionModalSubmit}, privacy(reply.For == bot.ToAll || i.alone())}
	_, err := a.written.kept.Response(key, reply.Tokens(), func() ([]byte, error) { return nil, errors.New("it is not remembered") })
	return err == nil
}

// BenchmarkWritten is what an answer to a slash command costs that is remembered, beside
// one that is made anew: from the core's reply to what is sent, in turns, so that what
// else the machine does falls on both.
func BenchmarkWritten(b *testing.B) {
	core, a := demoBot(b), writer(b)
	two := [2]bot.Reply{core.Handle(b.Context(), typed("search circuit breaking"))}
	r := typed("search circuit breaking")
	r.User = "301"
	two[1] = core.Handle(b.Context(), r)
	batch := func(fresh bool) time.Duration {
		began := time.Now()
		for n := range 20 {
			reply := two[n%2]
			if fresh {
				reply.Same = ""
			}
			i := interaction{Type: discordgo.InteractionApplicationCommand, Guild: "100"}
			if encoded, err := a.shown(&i, asked{}, reply, false).encoded(); err != nil || len(encoded) < 1000 {
				b.Fatalf("%s, %v", encoded, err)
			}
		}
		return time.Since(began) / 20
	}
	fresh, remembered := batch(true), batch(false)
	for b.Loop() { // the quietest batch of each
		fresh, remembered = min(fresh, batch(true)), min(remembered, batch(false))
	}
	b.ReportMetric(float64(fresh), "fresh-ns/answer")
	b.ReportMetric(float64(remembered), "remembered-ns/answer")
	b.ReportMetric(float64(fresh)/float64(remembered), "times")
}
