package discord

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// delivery is a way by which interactions come.
type delivery string

const (
	overHTTP    delivery = "http"
	overGateway delivery = "gateway"
)

// stage is the adapter between a bot and a fake Discord, with two people in a guild.
type stage struct {
	*discordfake.Server
	adapter        *Adapter
	way            delivery
	ann, bob       discordfake.User
	guild, channel string
}

// patience is what tests on a busy machine have for something that takes no time.
const patience = 30 * time.Second

// newStage puts the adapter on a fake Discord until the test ends. Messages come over
// the Gateway in any case.
func newStage(t testing.TB, b Bot, log *adaptertest.Log, by delivery, edit ...func(*Config)) *stage {
	t.Helper()
	fake := discordfake.New(discordfake.Config{PerBucket: 1000, RequestsPerSecond: 10000, AnswerTime: patience})
	if err := fake.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	s := &stage{Server: fake, way: by, ann: fake.AddUser("ann"), bob: fake.AddUser("bob")}
	s.guild, s.channel = fake.AddGuild("acme")
	c := Config{Bot: b, Log: log.Logger(), Token: fake.Token(), PublicKey: fake.PublicKey(), URL: fake.URL(), Patience: 20 * time.Second}
	for _, f := range edit {
		f(&c)
	}
	var err error
	if s.adapter, err = New(c); err != nil {
		t.Fatal(err)
	}
	s.adapter.rest.pause = time.Millisecond
	if _, err := s.adapter.Register(t.Context(), "", true); err != nil {
		t.Fatal(err)
	}
	s.connect(t, by)
	return s
}

// connect has the fake reach the adapter, and takes both down in order.
func (s *stage) connect(t testing.TB, by delivery) {
	t.Helper()
	if by == overHTTP {
		server := httptest.NewServer(s.adapter.Handler())
		t.Cleanup(server.Close)
		if err := s.SetEndpoint(t.Context(), server.URL+PathInteractions); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.adapter.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s.await(t, "the adapter connects", func() bool { n, _ := s.adapter.Ready(); return n > 0 })
	s.settle(t)
}

// await waits for something; what it is goes into the failure.
func (s *stage) await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// The adapter's own state changes after the fake's, so it is asked again now and then.
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waiting that %s: %v", what, ctx.Err())
		}
	}
}

// settle waits until the adapter has taken in all that was sent, and finished it.
func (s *stage) settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	<-s.adapter.work.Settled()
}

// by is ann in the channel.
func (s *stage) by() discordfake.By {
	return discordfake.By{User: s.ann.ID, Guild: s.guild, Channel: s.channel}
}

// driver does what people do on Discord.
type driver struct {
	*stage
	world *adaptertest.World
	last  string // the message that was delivered last
}

// newDriver is adaptertest's, for one way of delivery.
func newDriver(by delivery) func(testing.TB, *adaptertest.World) adaptertest.Driver {
	return func(t testing.TB, w *adaptertest.World) adaptertest.Driver {
		t.Helper()
		s := newStage(t, w.Bot, w.Log, by)
		w.Senders.Add(string(Platform), s.adapter.Digests())
		w.Secrets = []string{s.Token()}
		return &driver{stage: s, world: w}
	}
}

// Lacks is what Discord's clients do not let people do.
func (d *driver) Lacks(name string) string {
	return map[string]string{
		"bare command shows the way": "a command with subcommands cannot be sent without one",
		"unknown option":             "options are chosen from those that there are",
		"a value that is none":       "values are chosen from those that there are",
		"form":                       "what a command needs has to be filled in before it is sent, and a modal says nothing of single fields",
		"far too long":               "the client takes as many characters as the bot reads",
	}[name]
}

func (d *driver) Command(t testing.TB, line string) adaptertest.Seen {
	t.Helper()
	sub, options := d.typed(line)
	return d.interaction(t, func() (*discordfake.Interaction, error) { return d.Server.Command(d.by(), rootName, sub, options) })
}

// typed fills in a slash command as a person does who means the line.
func (d *driver) typed(line string) (sub string, options map[string]any) {
	name, rest, _ := strings.Cut(line, " ")
	c, ok := at(name)
	if !ok {
		c, _ = at("search")
		rest = line
	}
	if len(c.Subcommands) > 0 {
		inner, behind, _ := strings.Cut(rest, " ")
		c, _ = at(name + " " + inner)
		rest = behind
	}
	argument, apart := split(c, rest)
	options = make(map[string]any)
	for _, o := range c.Options {
		if o.Rest && argument != "" {
			options[o.Name] = argument
		}
		for _, one := range apart {
			name, value, _ := strings.Cut(one, ":")
			n, err := strconv.Atoi(value)
			switch {
			case name != o.Name:
			case isSwitch(o):
				options[name] = value == o.Choices[0]
			case o.Type == bot.Member:
				options[name] = map[string]string{"@bob": d.bob.ID, "@ann": d.ann.ID}[value]
			case o.Type == bot.Number && err == nil:
				options[name] = n
			default:
				options[name] = value
			}
		}
	}
	return c.Path(), options
}

func (d *driver) Direct(t testing.TB, text string) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() {
		m, err := d.DirectMessage(d.ann.ID, text)
		if err != nil {
			t.Fatal(err)
		}
		d.last = m.ID
	})
}

func (d *driver) Mention(t testing.TB, text string) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() {
		m, err := d.Server.Mention(d.by(), text)
		if err != nil {
			t.Fatal(err)
		}
		d.last = m.ID
	})
}

func (d *driver) Again(t testing.TB) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() { d.Redeliver(d.last) })
}

func (d *driver) Deliver(t testing.TB) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() { d.world.Deliver(t) })
}

func (d *driver) Menu(t testing.TB, message string) adaptertest.Seen {
	t.Helper()
	m, err := d.Say(discordfake.By{User: d.bob.ID, Guild: d.guild, Channel: d.channel}, message)
	if err != nil {
		t.Fatal(err)
	}
	return d.interaction(t, func() (*discordfake.Interaction, error) { return d.MessageMenu(d.by(), findName, m.ID) })
}

// control is a way to use something in a message.
type control struct{ message, button, choice string }

func (d *driver) Press(t testing.TB, s adaptertest.Seen, label string) adaptertest.Seen {
	t.Helper()
	c, ok := s.Ref.(map[string]control)[label]
	if !ok {
		t.Fatalf("there is no %q to press in\n%s", label, s.Text)
	}
	return d.interaction(t, func() (*discordfake.Interaction, error) {
		if c.choice != "" {
			return d.Select(d.by(), c.message, c.choice)
		}
		return d.PressID(d.by(), c.message, c.button)
	})
}

func (d *driver) Choose(t testing.TB, s adaptertest.Seen, choice string) adaptertest.Seen {
	t.Helper()
	return d.Press(t, s, "choice: "+choice)
}

func (d *driver) Fill(t testing.TB, _ adaptertest.Seen, _ map[string]string) adaptertest.Seen {
	t.Helper()
	t.Fatal("no form is seen here")
	return adaptertest.Seen{}
}

func (d *driver) Complete(t testing.TB, command, option, typed string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	choices, err := d.Autocomplete(ctx, d.by(), rootName, command, map[string]any{option: typed}, option)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range choices {
		name, _, _ := strings.Cut(c.Name, " · ")
		out = append(out, name)
	}
	return out
}

func (d *driver) Break(_ testing.TB, broken bool) {
	if broken {
		d.Fail(discordfake.Fault{Times: -1, Status: 503})
		return
	}
	d.Heal()
}

// interaction does something and gathers what people see of it.
func (d *driver) interaction(t testing.TB, do func() (*discordfake.Interaction, error)) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() {
		i, err := do()
		if err != nil {
			t.Fatal(err)
		}
		if d.Failing() && d.way == overGateway {
			return // there will be none
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if _, _, err := i.Answer(ctx); err != nil {
			t.Errorf("Discord refuses what it was answered: %v", err)
		}
	})
}

// watch does something and gathers what people see of it.
func (d *driver) watch(t testing.TB, do func()) adaptertest.Seen {
	t.Helper()
	before := make(map[string]int) // how often a message was changed, by id
	places := []string{d.channel, d.Server.Direct(d.ann.ID), d.Server.Direct(d.bob.ID)}
	for _, c := range places {
		for _, m := range d.Messages(c, d.ann.ID) {
			before[m.ID] = m.Edits
		}
	}
	do()
	d.settle(t)
	seen := adaptertest.Seen{Private: true, Nothing: true}
	controls := make(map[string]control)
	for _, c := range places {
		for _, m := range d.Messages(c, d.ann.ID) {
			if edits, old := before[m.ID]; m.Author == d.Bot().ID && (!old || m.Edits > edits) {
				d.message(&seen, controls, m)
			}
		}
	}
	seen.Ref = controls
	return seen
}

var maskedLink = regexp.MustCompile(`\[((?:[^\]\\]|\\.)*)\]\((https?://[^)]*)\)`)

func (d *driver) message(seen *adaptertest.Seen, controls map[string]control, m discordfake.Message) {
	seen.Nothing = false
	seen.Private = seen.Private && (m.ShownTo == d.ann.ID || m.Channel == d.Server.Direct(d.ann.ID))
	seen.Thread = seen.Thread || m.Reference != ""
	for _, id := range m.Pinged {
		name := map[string]string{d.ann.ID: "ann", d.bob.ID: "bob"}[id]
		if name == "" {
			name = "everybody"
		}
		seen.Told = append(seen.Told, name)
	}
	text := m.Text()
	var titles []string
	for _, found := range maskedLink.FindAllStringSubmatch(text, -1) {
		seen.Links = append(seen.Links, found[2])
		titles = append(titles, unescaped(found[1]))
	}
	text = maskedLink.ReplaceAllString(text, "$1")
	text = strings.NewReplacer("<@"+d.ann.ID+">", "@ann", "<@"+d.bob.ID+">", "@bob").Replace(text)
	seen.Text += unescaped(text) + "\n"
	for _, b := range m.Buttons() {
		name := b.Label
		if n := len(seen.Buttons); b.Label == "Save" || b.Label == "Remove" {
			name += ": " + titles[min(n, len(titles)-1)]
		}
		seen.Buttons = append(seen.Buttons, name)
		controls[name] = control{message: m.ID, button: b.ID}
	}
	for _, menu := range m.Menus() {
		what, each := strings.CutSuffix(menu.Placeholder, " one of them")
		for _, c := range menu.Choices {
			if each {
				seen.Buttons = append(seen.Buttons, what+": "+c.Name)
				controls[what+": "+c.Name] = control{message: m.ID, choice: c.Name}
				continue
			}
			seen.Choices = append(seen.Choices, c.Name)
			controls["choice: "+c.Name] = control{message: m.ID, choice: c.Name}
		}
	}
}

var backslashed = regexp.MustCompile(`\\([^0-9A-Za-z\s])`)

// unescaped is text as Discord shows it.
func unescaped(s string) string {
	s = strings.NewReplacer("**", "", "### ", "", "-# ", "", breaker, "").Replace(s)
	return backslashed.ReplaceAllString(s, "$1")
}
