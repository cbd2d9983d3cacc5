package slack

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// transport is a way by which Slack delivers.
type transport string

const (
	overHTTP transport = "http"
	bySocket transport = "socket"
)

// transports are all of them.
var transports = []transport{overHTTP, bySocket}

// stage is the adapter between a bot and a fake Slack, with two people in a channel.
type stage struct {
	*slackfake.Server
	adapter  *Adapter
	team     slackfake.Team
	ann, bob slackfake.User
	channel  slackfake.Channel // with the bot in it
	outside  slackfake.Channel // without
}

// newStage puts the adapter on a fake Slack, by one transport, until the test ends.
func newStage(t testing.TB, b *bot.Bot, log *adaptertest.Log, by transport, edit ...func(*Config)) *stage {
	t.Helper()
	return newStageIn(t, b, log, by, NoView, edit...)
}

// newStageIn is newStage with an app that has that pane.
func newStageIn(t testing.TB, b *bot.Bot, log *adaptertest.Log, by transport, view View, edit ...func(*Config)) *stage {
	t.Helper()
	o := slackfake.Options{SocketMode: by == bySocket, PingEvery: 50 * time.Millisecond, Events: namesOf(EventsOf(view))}
	if view != NoView {
		o.View = string(view)
	}
	fake, err := slackfake.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	s := &stage{Server: fake, team: fake.AddTeam(slackfake.Team{Domain: "acme"})}
	token := fake.Install(s.team.ID, namesOf(Scopes())...)
	s.team, _ = fake.Team(s.team.ID)
	s.ann = fake.AddUser(slackfake.User{Team: s.team.ID, Name: "ann"})
	s.bob = fake.AddUser(slackfake.User{Team: s.team.ID, Name: "bob"})
	s.channel = fake.AddChannel(slackfake.Channel{Team: s.team.ID, Name: "general", Creator: s.ann.ID, Members: []string{s.ann.ID, s.bob.ID, s.team.Bot}})
	s.outside = fake.AddChannel(slackfake.Channel{Team: s.team.ID, Name: "random", Members: []string{s.ann.ID, s.bob.ID}})
	c := Config{Bot: b, Log: log.Logger(), BotToken: token.Value, APIURL: fake.APIURL(), Stagger: -1, Spacing: -1, Patience: 20 * time.Second}
	if view != NoView {
		c.View = view
	}
	if by == bySocket {
		c.AppToken = fake.AddToken(slackfake.Token{Kind: "app", Scopes: []string{"connections:write"}}).Value
	} else {
		c.SigningSecret = fake.SigningSecret
	}
	for _, f := range edit {
		f(&c)
	}
	s.adapter, err = New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.connect(t, by)
	return s
}

// connect has the fake reach the adapter, and takes both down in order.
func (s *stage) connect(t testing.TB, by transport) {
	t.Helper()
	if by == overHTTP {
		server := httptest.NewServer(s.adapter.Handler())
		t.Cleanup(server.Close)
		s.Connect(slackfake.Endpoints{
			Commands: server.URL + PathCommands, Interactivity: server.URL + PathInteractivity, Events: server.URL + PathEvents,
		})
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.adapter.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if !s.Await(func() bool { return s.Sockets() == s.adapter.config.Connections }) {
		t.Fatal("the adapter opens no sockets")
	}
}

// settle waits until the adapter has finished what it has begun.
func (s *stage) settle() { <-s.adapter.work.Settled() }

// driver does what people do in Slack.
type driver struct {
	*stage
	world  *adaptertest.World
	kind   View   // the pane that direct messages are written in
	thread string // in the pane, once there is one
	last   string // what was delivered last
}

// newDriver is adaptertest's, for one transport and pane.
func newDriver(by transport, view View) func(testing.TB, *adaptertest.World) adaptertest.Driver {
	return func(t testing.TB, w *adaptertest.World) adaptertest.Driver {
		t.Helper()
		s := newStageIn(t, w.Bot, w.Log, by, view)
		w.Senders.Add(string(Platform), s.adapter.Digests())
		w.Secrets = []string{s.adapter.config.BotToken, s.URL + "/responses/"}
		for _, secret := range []string{s.adapter.config.AppToken, s.adapter.config.SigningSecret} {
			if secret != "" {
				w.Secrets = append(w.Secrets, secret)
			}
		}
		return &driver{stage: s, world: w, kind: view}
	}
}

func (d *driver) Lacks(string) string { return "" }

func (d *driver) Command(t testing.TB, line string) adaptertest.Seen {
	t.Helper()
	line = strings.NewReplacer("@bob", "<@"+d.bob.ID+"|bob>").Replace(line)
	return d.watch(t, func() []slackfake.Outcome {
		return []slackfake.Outcome{d.As(d.ann.ID).Command(d.channel.ID, DefaultCommand, line)}
	})
}

func (d *driver) Direct(t testing.TB, text string) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() []slackfake.Outcome {
		dm := d.DM(d.ann.ID).ID
		if d.kind == AssistantView && d.thread == "" {
			opened, outcomes := d.As(d.ann.ID).OpenPane("")
			if len(outcomes) != 1 || outcomes[0].Failure != "" {
				t.Errorf("the pane opens with %+v", outcomes)
			}
			d.thread = opened.ThreadTS
		}
		said, outcomes := d.As(d.ann.ID).SayIn(dm, d.thread, text)
		if d.kind == AgentView && d.thread == "" {
			d.thread = said.TS
		}
		return outcomes
	})
}

func (d *driver) Mention(t testing.TB, text string) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() []slackfake.Outcome {
		_, outcomes := d.As(d.ann.ID).Say(d.channel.ID, "<@"+d.team.Bot+"> "+text)
		return outcomes
	})
}

func (d *driver) Menu(t testing.TB, message string) adaptertest.Seen {
	t.Helper()
	said, _ := d.As(d.bob.ID).Say(d.channel.ID, message)
	return d.watch(t, func() []slackfake.Outcome {
		return []slackfake.Outcome{d.As(d.ann.ID).MessageShortcut(said, shortcutFind)}
	})
}

// refs is what can be acted on in what was seen: by label, and the form.
type refs struct {
	controls map[string]element
	form     *slackfake.View
}

// element is something to press or choose.
type element struct {
	on               slackfake.Surface
	id, value, block string
}

func (d *driver) Press(t testing.TB, s adaptertest.Seen, label string) adaptertest.Seen {
	t.Helper()
	e, ok := s.Ref.(refs).controls[label]
	if !ok {
		t.Fatalf("there is no %q to press in\n%s", label, s.Text)
	}
	return d.watch(t, func() []slackfake.Outcome {
		return []slackfake.Outcome{d.As(d.ann.ID).Act(e.on, slackfake.Action{ID: e.id, Block: e.block, Value: e.value})}
	})
}

func (d *driver) Choose(t testing.TB, s adaptertest.Seen, choice string) adaptertest.Seen {
	t.Helper()
	e, ok := s.Ref.(refs).controls["choice: "+choice]
	if !ok {
		t.Fatalf("there is no choice %q in\n%s", choice, s.Text)
	}
	return d.watch(t, func() []slackfake.Outcome {
		return []slackfake.Outcome{d.As(d.ann.ID).Act(e.on, slackfake.Action{ID: e.id, Block: e.block, Choose: []string{e.value}})}
	})
}

func (d *driver) Fill(t testing.TB, s adaptertest.Seen, values map[string]string) adaptertest.Seen {
	t.Helper()
	form := s.Ref.(refs).form
	if form == nil {
		t.Fatalf("there is no form in\n%s", s.Text)
	}
	filled := make(map[string][]string)
	for name, value := range values {
		filled[fieldPrefix+name] = []string{value}
	}
	seen := d.watch(t, func() []slackfake.Outcome {
		return []slackfake.Outcome{d.As(d.ann.ID).Submit(*form, filled)}
	})
	if len(seen.Wrong) > 0 {
		seen.Ref = refs{form: form}
	}
	return seen
}

func (d *driver) Complete(t testing.TB, command, option, typed string) []string {
	t.Helper()
	form := d.Command(t, command+" kind:video")
	view := form.Ref.(refs).form
	if view == nil {
		t.Fatalf("no form opens for %s", command)
	}
	out := d.As(d.ann.ID).Suggest(*view, fieldPrefix+option, typed)
	if out.Failure != "" {
		t.Fatalf("%s %v", out.Failure, out.Problems)
	}
	var labels []string
	for _, o := range out.Options {
		labels = append(labels, o.Text)
	}
	return labels
}

func (d *driver) Again(t testing.TB) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() []slackfake.Outcome { return []slackfake.Outcome{d.Redeliver(d.last)} })
}

func (d *driver) Deliver(t testing.TB) adaptertest.Seen {
	t.Helper()
	return d.watch(t, func() []slackfake.Outcome { d.world.Deliver(t); return nil })
}

func (d *driver) Break(t testing.TB, broken bool) {
	t.Helper()
	if broken {
		d.Inject(slackfake.Fault{Reset: true})
		return
	}
	for _, f := range d.Faults() {
		d.Clear(f.ID)
	}
}

// watch does something and gathers what people see of it.
func (d *driver) watch(t testing.TB, do func() []slackfake.Outcome) adaptertest.Seen {
	t.Helper()
	before := make(map[string]int) // how often a message was changed, by ts
	places := []string{d.channel.ID, d.outside.ID, d.DM(d.ann.ID).ID, d.DM(d.bob.ID).ID}
	for _, c := range places {
		for _, m := range d.Messages(c) {
			before[m.TS] = m.Edits
		}
	}
	modal, _ := d.Modal(d.ann.ID)
	seen := adaptertest.Seen{Private: true, Nothing: true, Wrong: make(map[string]string)}
	r := refs{controls: make(map[string]element)}
	for _, out := range do() {
		d.last = out.ID
		if out.Failure != "" {
			t.Errorf("Slack refuses what it was answered: %s %q\n%s", out.Failure, out.Problems, out.Body)
		}
		for block, why := range out.Errors {
			seen.Wrong[strings.TrimPrefix(block, fieldPrefix)] = why
		}
	}
	d.settle()
	for _, c := range places {
		for _, m := range d.Messages(c) {
			if edits, old := before[m.TS]; m.Via != "person" && !m.Gone && (!old || m.Edits > edits) {
				d.message(t, &seen, r, m)
			}
		}
	}
	if now, ok := d.Modal(d.ann.ID); ok && now.Hash != modal.Hash {
		d.view(t, &seen, &r, now)
	}
	seen.Ref = r
	return seen
}

func (d *driver) message(t testing.TB, seen *adaptertest.Seen, r refs, m slackfake.Message) {
	t.Helper()
	seen.Nothing = false
	seen.Private = seen.Private && (m.Only == d.ann.ID || m.Channel == d.DM(d.ann.ID).ID)
	seen.Thread = m.ThreadTS != ""
	if m.Text == "" {
		t.Error("a message has no text for notifications")
	}
	if m.UnfurlLinks == nil || *m.UnfurlLinks || m.UnfurlMedia == nil || *m.UnfurlMedia {
		t.Error("links of a message unfold into cards")
	}
	d.told(seen, append(m.Mentions, m.MayMention...))
	d.read(t, seen, r, m, m.Blocks)
}

func (d *driver) view(t testing.TB, seen *adaptertest.Seen, r *refs, v slackfake.View) {
	t.Helper()
	seen.Nothing = false
	d.told(seen, append(v.Mentions, v.MayMention...))
	d.read(t, seen, *r, v, v.Blocks)
	if strings.HasPrefix(v.CallbackID, actionPrefix+kindForm) {
		r.form = &v
		for _, m := range regexp.MustCompile(`"block_id":"`+fieldPrefix+`(\w+)"`).FindAllStringSubmatch(string(v.Blocks), -1) {
			seen.Form = append(seen.Form, m[1])
		}
	}
}

// told notes whom mentions notify.
func (d *driver) told(seen *adaptertest.Seen, mentions []string) {
	names := map[string]string{"<@" + d.ann.ID + ">": "ann", "<@" + d.bob.ID + ">": "bob"}
	for _, m := range mentions {
		name := names[m]
		if name == "" {
			name = "everybody"
		}
		if !slices.Contains(seen.Told, name) {
			seen.Told = append(seen.Told, name)
		}
	}
}

var linkMarkup = regexp.MustCompile(`<(https?://[^|>]*)\|?([^>]*)>`)

// read gathers text, links and controls out of blocks.
func (d *driver) read(t testing.TB, seen *adaptertest.Seen, r refs, on slackfake.Surface, blocks json.RawMessage) {
	t.Helper()
	var all []map[string]any
	if len(blocks) > 0 {
		if err := json.Unmarshal(blocks, &all); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range all {
		title := d.text(seen, b)
		id, _ := b["block_id"].(string)
		elements, _ := b["elements"].([]any)
		for _, e := range append(elements, b["accessory"]) {
			d.control(seen, r, on, id, title, e)
		}
	}
}

// text gathers the text of a block, and returns the title of the resource in it.
func (d *driver) text(seen *adaptertest.Seen, v any) (title string) {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			for _, m := range linkMarkup.FindAllStringSubmatch(s, -1) {
				seen.Links = append(seen.Links, entities.Replace(m[1]))
				if title == "" {
					title = entities.Replace(m[2])
				}
			}
			s = strings.NewReplacer("<@"+d.ann.ID+">", "@ann", "<@"+d.bob.ID+">", "@bob").Replace(s)
			seen.Text += plainText(unseen.Replace(s), "") + "\n"
			return title
		}
		for _, key := range []string{"text", "fields", "elements", "label", "hint"} {
			if found := d.text(seen, v[key]); title == "" {
				title = found
			}
		}
	case []any:
		for _, e := range v {
			if m, ok := e.(map[string]any); ok && m["action_id"] == nil {
				d.text(seen, m)
			}
		}
	}
	return title
}

// unseen is what is put between signs so that they are no markup.
var unseen = strings.NewReplacer("\u200b", "", "\u2060", "")

// control notes what can be pressed.
func (d *driver) control(seen *adaptertest.Seen, r refs, on slackfake.Surface, block, title string, v any) {
	e, _ := v.(map[string]any)
	id, _ := e["action_id"].(string)
	if id == "" {
		return
	}
	label := func(v any) string {
		o, _ := v.(map[string]any)
		s, _ := o["text"].(string)
		return s
	}
	if value, ok := e["value"].(string); ok {
		name := label(e["text"])
		if title != "" {
			name += ": " + title
		}
		seen.Buttons = append(seen.Buttons, name)
		r.controls[name] = element{on: on, id: id, value: value, block: block}
	}
	options, _ := e["options"].([]any)
	for _, o := range options {
		option, _ := o.(map[string]any)
		value, _ := option["value"].(string)
		seen.Choices = append(seen.Choices, label(option["text"]))
		r.controls["choice: "+label(option["text"])] = element{on: on, id: id, value: value, block: block}
	}
}
