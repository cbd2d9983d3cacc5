package discord

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

var numbered = regexp.MustCompile(`^\d+\. (.*?) \((?:article|video|pattern|principle|paper|book|course|docs|repo|podcast)\b`)

// The transcripts read on Discord as they do everywhere: the same resources in the same
// order. How a sentence is put depends on where the conversation is. A thread there is a
// channel, in which everybody has a conversation of their own, so those in which two
// people share one are not for Discord.
func TestTranscripts(t *testing.T) {
	all, err := adaptertest.Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, script := range all {
		if slices.ContainsFunc(script.Turns, func(turn adaptertest.Turn) bool { return turn.Thread != "" }) {
			continue
		}
		played++
		t.Run(script.Name, func(t *testing.T) {
			t.Parallel()
			b := demoBot(t, func(c *bot.Config) {
				c.Library, c.State, c.Conversation = library{adaptertest.Embedded()}, memory.New(time.Now), bot.DefaultConversation
			})
			c := &cast{stage: newStage(t, b, &adaptertest.Log{}, overGateway), people: make(map[bot.UserID]string), rooms: make(map[bot.ChannelID]discordfake.By)}
			for i, turn := range script.Turns {
				c.plays(t, i+1, turn)
			}
		})
	}
	if played < 15 {
		t.Errorf("only %d transcripts were played", played)
	}
}

// cast are the people and places of a transcript, as they come up.
type cast struct {
	*stage
	people map[bot.UserID]string
	rooms  map[bot.ChannelID]discordfake.By
}

func (c *cast) plays(t *testing.T, n int, turn adaptertest.Turn) {
	t.Helper()
	said := c.says(t, turn)
	if said == "" {
		t.Errorf("turn %d, %q: no answer", n, turn.Says)
	}
	for _, line := range turn.Answer {
		m := numbered.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		_, after, ok := strings.Cut(said, plainly(m[1]))
		if !ok {
			t.Errorf("turn %d, %q: %q is not shown, or not in its place:\n%s", n, turn.Says, m[1], said)
			return
		}
		said = after
	}
}

// says has somebody say something, and returns what the answer shows.
func (c *cast) says(t testing.TB, turn adaptertest.Turn) string {
	t.Helper()
	who := c.people[turn.User]
	if who == "" {
		who = c.AddUser(string(turn.User)).ID
		c.people[turn.User] = who
	}
	by := discordfake.By{User: who}
	channel := c.Direct(who)
	text := turn.Says
	if turn.Channel != "" {
		room, known := c.rooms[turn.Channel]
		if !known {
			room.Guild, room.Channel = c.AddGuild(strings.Trim(string(turn.Channel), "#"))
			c.rooms[turn.Channel] = room
			c.settle(t)
		}
		by.Guild, by.Channel, channel = room.Guild, room.Channel, room.Channel
		text = "<@" + c.Bot().ID + "> " + text
	}
	before := len(c.Messages(channel, who))
	if _, err := c.Say(by, text); err != nil {
		t.Fatal(err)
	}
	c.settle(t)
	var shown strings.Builder
	for _, m := range c.Messages(channel, who)[before:] {
		if m.Author == c.Bot().ID && !strings.Contains(string(m.Raw), "Hello, I am archbot") {
			shownText(&shown, m.Components)
		}
	}
	return shown.String()
}

// shownText gathers the text of components, without markup.
func shownText(b *strings.Builder, v any) {
	switch v := v.(type) {
	case []map[string]any:
		for _, c := range v {
			shownText(b, c)
		}
	case []any:
		for _, c := range v {
			shownText(b, c)
		}
	case map[string]any:
		if content, ok := v["content"].(string); ok {
			b.WriteString(plainly(content) + "\n")
		}
		shownText(b, v["components"])
	}
}

// plainly is text without what markup is made of.
func plainly(s string) string {
	return strings.NewReplacer(`\`, "", "*", "", "_", "", "`", "", "~", "", "|", "", "\u200b", "").Replace(s)
}
