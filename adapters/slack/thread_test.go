package slack

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// A thread goes on without the bot's name, until people talk to each other.
func TestThread(t *testing.T) {
	s := talkingStage(t)
	ann, general := s.As(s.ann.ID), s.channel.ID
	root, _ := ann.Say(general, "<@"+s.team.Bot+"> what do you have on CDNs?")
	s.settle()
	answers := func(want int, when string) {
		t.Helper()
		s.settle()
		posts := s.Posts(general)
		if len(posts) != want {
			t.Errorf("%s: %d answers, want %d", when, len(posts), want)
		}
		for _, p := range posts {
			if p.ThreadTS != root.TS {
				t.Errorf("%s: an answer is not in the thread", when)
			}
		}
	}
	answers(1, "a mention")
	s.As(s.bob.ID).SayIn(general, root.TS, "any articles?")
	answers(2, "what goes on")
	ann.SayIn(general, root.TS, "<@"+s.team.Bot+"> more")
	answers(3, "a mention in the thread, of which Slack tells twice")
	ann.SayIn(general, root.TS, "<@"+s.bob.ID+"> more of that?")
	answers(3, "said to somebody else")
	ann.Say(general, "any videos?")
	answers(3, "outside of the thread")
	s.As(s.bob.ID).SayIn(general, root.TS, "shall we get pizza at noon?")
	s.settle()
	ann.SayIn(general, root.TS, "more")
	answers(3, "after people talked about something else")
}

// talkingStage is a stage whose bot remembers conversations.
func talkingStage(t testing.TB) *stage {
	t.Helper()
	w := newWorld(t, bot.Config{State: memory.New(time.Now), Conversation: bot.DefaultConversation})
	return newStage(t, w.Bot, &adaptertest.Log{}, overHTTP)
}

var numbered = regexp.MustCompile(`^\d+\. (.*?) \((?:article|video|pattern|principle|paper|book|course|docs|repo|podcast)\b`)

// The transcripts read in Slack as they do everywhere: the same resources in the same
// order. How a sentence is put depends on where the conversation is.
func TestTranscripts(t *testing.T) {
	all, err := adaptertest.Transcripts()
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range all {
		t.Run(script.Name, func(t *testing.T) {
			t.Parallel()
			s := talkingStage(t)
			c := &cast{stage: s, people: make(map[bot.UserID]string), rooms: make(map[bot.ChannelID]string), threads: make(map[bot.MessageID]string)}
			for i, turn := range script.Turns {
				said := c.says(t, turn)
				at := 0
				for _, line := range turn.Answer {
					m := numbered.FindStringSubmatch(line)
					if m == nil {
						continue
					}
					title := escape(clean(m[1]))
					next := strings.Index(said[at:], title)
					if next < 0 {
						t.Errorf("turn %d, %q: %q is not shown, or not in its place:\n%s", i+1, turn.Says, title, said)
						break
					}
					at += next
				}
				if said == "" {
					t.Errorf("turn %d, %q: no answer", i+1, turn.Says)
				}
			}
		})
	}
}

// cast are the people and places of a transcript, as they come up.
type cast struct {
	*stage
	people  map[bot.UserID]string
	rooms   map[bot.ChannelID]string
	threads map[bot.MessageID]string
}

func (c *cast) person(id bot.UserID) string {
	if c.people[id] == "" {
		c.people[id] = c.AddUser(slackfake.User{Team: c.team.ID, Name: string(id)}).ID
	}
	return c.people[id]
}

// says has somebody say something, and returns the text of the answer's blocks.
func (c *cast) says(t testing.TB, turn adaptertest.Turn) string {
	t.Helper()
	who := c.person(turn.User)
	text, thread, room := turn.Says, "", c.DM(who).ID
	if turn.Channel != "" {
		if c.rooms[turn.Channel] == "" {
			c.rooms[turn.Channel] = c.AddChannel(slackfake.Channel{Team: c.team.ID, Members: []string{c.team.Bot}}).ID
		}
		room = c.rooms[turn.Channel]
		c.EditChannel(room, func(ch *slackfake.Channel) { ch.Members = append(ch.Members, who) })
		text = "<@" + c.team.Bot + "> " + text
	}
	if turn.Channel != "" {
		name := turn.Thread
		if name == "" { // Slack's answers to one person go to a thread of theirs
			name = bot.MessageID(string(turn.Channel) + "/" + who)
		}
		if c.threads[name] == "" {
			root, _ := c.As(who).Say(room, "a thread begins")
			c.threads[name] = root.TS
		}
		thread = c.threads[name]
	}
	before := len(c.Messages(room))
	if _, outcomes := c.As(who).SayIn(room, thread, text); len(outcomes) == 0 || outcomes[0].Failure != "" {
		t.Fatalf("%q: %+v", turn.Says, outcomes)
	}
	c.settle()
	var said strings.Builder
	for _, m := range c.Messages(room)[before+1:] {
		if !strings.Contains(m.Text, "Hello, I am archbot") {
			said.WriteString(string(m.Blocks))
		}
	}
	return said.String()
}
