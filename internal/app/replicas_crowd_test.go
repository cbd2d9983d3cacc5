package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
)

// person is somebody on one of the platforms, with a channel to be alone in.
type person struct {
	*fleet
	user, channel, direct string // of Slack
	by                    discordfake.By
}

// deed is something that somebody did, which is to be answered once.
type deed struct {
	what    string
	n       int
	at      time.Time
	message bool       // and no interaction, which platforms do not deliver again
	told    error      // what the person is told who gets no answer; nil for an answer or silence
	again   bool       // Slack had to deliver it again, as its replica did not acknowledge it
	found   func() int // how many answers there are
}

// crowd is many people, who do things with the bot without end.
type crowd struct {
	*fleet
	people []person

	mu    sync.Mutex
	deeds []*deed
	doing sync.WaitGroup
}

// newCrowd has people on both platforms, so many that none asks too much.
func newCrowd(f *fleet) *crowd {
	c := &crowd{fleet: f}
	team, _ := f.slack.Team(f.slack.ann.Team)
	for i := range 25 {
		name := fmt.Sprint("person", i)
		u := f.slack.AddUser(slackfake.User{Team: team.ID, Name: name})
		channel := f.slack.AddChannel(slackfake.Channel{Team: team.ID, Name: name, Members: []string{u.ID, team.Bot}})
		c.people = append(c.people, person{fleet: f, user: u.ID, channel: channel.ID, direct: f.slack.DM(u.ID).ID})
		by := discordfake.By{User: f.discord.AddUser(name).ID}
		by.Guild, by.Channel = f.discord.AddGuild(name)
		c.people = append(c.people, person{fleet: f, by: by})
	}
	return c
}

// do has people do things until ctx ends, at a rate in a second, and at least so many.
func (c *crowd) do(ctx context.Context, t testing.TB, rate, atLeast int) {
	t.Helper()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for n := 0; n < atLeast || ctx.Err() == nil; n++ {
		<-tick.C
		who := c.people[n%len(c.people)]
		c.doing.Go(func() { c.one(t, who, n) })
	}
	c.doing.Wait()
}

// note notes a deed, from before it is done.
func (c *crowd) note(what string, n int) *deed {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := &deed{what: what, n: n, at: time.Now()}
	c.deeds = append(c.deeds, d)
	return d
}

// one has somebody do something.
func (c *crowd) one(t testing.TB, p person, n int) {
	t.Helper()
	switch kind := n / 2 % 4; {
	case p.user != "" && kind < 2:
		c.slackCommand(t, p, n)
	case p.user != "":
		c.slackMessage(p, n, kind == 2)
	case kind < 2:
		c.discordCommand(t, p, n)
	default:
		c.discordMessage(t, p, n, kind == 2)
	}
}

// slackCommand types a command, has it delivered again now and then, and presses a button
// of its answer.
func (c *crowd) slackCommand(t testing.TB, p person, n int) {
	t.Helper()
	d := c.note("a command on Slack", n)
	did := c.slack.As(p.user).Command(p.channel, slack.DefaultCommand, "random")
	if did.Failure != "" {
		d.told = fmt.Errorf("%s", did.Failure)
	}
	same := 0
	d.found = func() int { return len(c.slack.Responses(did.ID)) - same }
	if n%3 == 0 {
		// The replica that answered gives the answer again, of which Slack shows one.
		if again := c.slack.Redeliver(did.ID); again.Message != nil && did.Message != nil && again.Message.Text == did.Message.Text {
			same = 1
		}
	}
	if did.Message == nil {
		return // its answer comes later, if at all
	}
	button := c.note("a button on Slack", n)
	pressed := c.slack.As(p.user).Press(*did.Message, "archbot/again/1")
	if pressed.Failure == "not_sent" {
		t.Errorf("number %d: %v", n, pressed.Problems)
	}
	button.again = pressed.Attempts > 1
	if pressed.Failure != "" {
		button.told = fmt.Errorf("%s", pressed.Failure)
	}
	button.found = func() int { // its answer takes the message's place
		m, _ := c.slack.Message(p.channel, did.Message.TS)
		return m.Edits
	}
	if n%3 == 1 {
		c.slack.Redeliver(pressed.ID)
	}
}

// slackMessage mentions the bot, or writes to it alone, which is delivered again now and
// then.
func (c *crowd) slackMessage(p person, n int, direct bool) {
	ask := fmt.Sprintf("search number%d", n)
	if direct {
		d := c.note("a direct message on Slack", n)
		d.message = true
		_, events := c.slack.As(p.user).Say(p.direct, ask)
		d.found = func() int {
			return c.posts(p.direct, func(m slackfake.Message) bool { return strings.Contains(m.Text, fmt.Sprintf("“number%d”", n)) })
		}
		c.again(d, n, events)
		return
	}
	d := c.note("a mention on Slack", n)
	d.message = true
	team, _ := c.slack.Team(c.slack.ann.Team)
	said, events := c.slack.As(p.user).Say(p.channel, "<@"+team.Bot+"> "+ask)
	d.found = func() int {
		return c.posts(p.channel, func(m slackfake.Message) bool { return m.ThreadTS == said.TS })
	}
	c.again(d, n, events)
}

// again has events delivered again now and then, and notes what nobody has taken.
func (c *crowd) again(d *deed, n int, events []slackfake.Outcome) {
	for _, e := range events {
		if e.Failure != "" {
			d.told = fmt.Errorf("an event is not taken: %s", e.Failure)
		}
		d.again = d.again || e.Attempts > 1 && !c.balancer.hasLost(e.ID)
		if n%3 == 0 {
			c.slack.Redeliver(e.ID)
		}
	}
}

func (f *fleet) posts(channel string, count func(slackfake.Message) bool) int {
	n := 0
	for _, m := range f.slack.Posts(channel) {
		if count(m) {
			n++
		}
	}
	return n
}

// discordCommand types a command, and presses a button of its answer.
func (c *crowd) discordCommand(t testing.TB, p person, n int) {
	t.Helper()
	m, ok := c.interact(t, "a command on Discord", n, func() (*discordfake.Interaction, error) {
		return c.discord.Command(p.by, "arch", "random", nil)
	})
	if ok {
		c.interact(t, "a button on Discord", n, func() (*discordfake.Interaction, error) {
			return c.discord.Press(p.by, m.ID, "Another")
		})
	}
}

// interact does something on Discord, and waits for its answer.
func (c *crowd) interact(t testing.TB, what string, n int, do func() (*discordfake.Interaction, error)) (m discordfake.Message, ok bool) {
	t.Helper()
	d := c.note(what, n)
	i, err := do()
	if err != nil {
		t.Errorf("number %d: %v", n, err)
		d.told = err
		return m, false
	}
	m, err = i.Shown(t.Context())
	d.told = err
	d.found = func() int {
		if err != nil {
			return 0
		}
		return 1 + len(i.FollowUps())
	}
	return m, err == nil
}

// discordMessage mentions the bot, or writes to it alone, which is delivered again now
// and then.
func (c *crowd) discordMessage(t testing.TB, p person, n int, direct bool) {
	t.Helper()
	what, say := "a mention on Discord", func(text string) (discordfake.Message, error) { return c.discord.Mention(p.by, text) }
	if direct {
		what = "a direct message on Discord"
		say = func(text string) (discordfake.Message, error) { return c.discord.DirectMessage(p.by.User, text) }
	}
	d := c.note(what, n)
	d.message = true
	said, err := say(fmt.Sprintf("search number%d", n))
	if err != nil {
		t.Errorf("number %d: %v", n, err)
	}
	d.found = func() int {
		found := 0
		for _, m := range c.discord.Messages(said.Channel, p.by.User) {
			if m.Reference == said.ID {
				found++
			}
		}
		return found
	}
	if n%3 == 0 {
		c.discord.Redeliver(said.ID)
	}
}

// settle waits until everything is answered that may still be, for as long as it makes
// sense to wait, and returns what is not. What is answered twice is an error.
func (c *crowd) settle(t testing.TB) (missing []*deed) {
	t.Helper()
	open := slices.Clone(c.deeds)
	for began := time.Now(); ; <-time.After(100 * time.Millisecond) {
		open = slices.DeleteFunc(open, func(d *deed) bool {
			if d.found != nil && d.found() > 0 {
				return true
			}
			if d.told != nil {
				missing = append(missing, d)
			}
			return d.told != nil
		})
		if len(open) == 0 || time.Since(began) > late {
			break
		}
	}
	for _, d := range c.deeds {
		if d.found != nil && d.found() > 1 {
			t.Errorf("%s, number %d, is answered %d times", d.what, d.n, d.found())
		}
	}
	return append(missing, open...)
}

// eager has somebody on either platform ask all at once, and fails unless they are let ask
// as often as one person may, wherever each question came to.
func (c *crowd) eager(t testing.TB) {
	t.Helper()
	const asks = 60
	began := time.Now()
	var mu sync.Mutex
	let := make(map[string]int)
	heard := func(platform, text string) {
		mu.Lock()
		defer mu.Unlock()
		if !strings.Contains(text, "faster than I may answer") {
			let[platform]++
		}
	}
	people := newCrowd(c.fleet).people
	var all sync.WaitGroup
	for range asks {
		all.Go(func() {
			said := c.slack.As(people[0].user).Command(people[0].channel, slack.DefaultCommand, "random")
			if said.Message == nil {
				t.Errorf("no answer: %+v", said)
				return
			}
			heard("Slack", said.Message.Text)
		})
		all.Go(func() {
			i, err := c.discord.Command(people[1].by, "arch", "random", nil)
			if err != nil {
				t.Error(err)
				return
			}
			m, err := i.Shown(t.Context())
			if err != nil {
				t.Error(err)
			}
			heard("Discord", m.Text())
		})
	}
	all.Wait()
	const burst = 20 // of bot.DefaultLimits
	more := int(time.Since(began)/(2*time.Second)) + 1
	for _, platform := range []string{"Slack", "Discord"} {
		if n := let[platform]; n < burst || n > burst+more {
			t.Errorf("%s: somebody may ask %d times at once of %d replicas, want %d to %d", platform, n, replicasOfServe, burst, burst+more)
		}
	}
}
