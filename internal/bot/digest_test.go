package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
	"archbot/internal/digest"
	"archbot/internal/store/memory"
)

// paper is a platform that keeps what is posted, and says what it can do.
type paper struct {
	posts []digest.Post
	able  digest.Ability
	err   error
	fails error
}

func (p *paper) Post(_ context.Context, post digest.Post) (digest.MessageID, error) {
	if p.fails != nil {
		return "", p.fails
	}
	p.posts = append(p.posts, post)
	return "m1", nil
}

func (p *paper) Find(context.Context, digest.Sought) (digest.MessageID, bool, error) {
	return "", false, nil
}

func (p *paper) Probe(context.Context, digest.Place) (digest.Ability, error) { return p.able, p.err }

// desk is a bot with digests, in a channel of Slack, on Wednesday, 2026-03-04 23:30 UTC.
type desk struct {
	*world
	paper  *paper
	engine *digest.Engine
	admin  bool
	zone   string
}

// balanced is what the list has on load balancing for these tests.
const (
	balancing = "  - Load balancing\n"
	balanced  = `    - [Round robin](https://example.com/lb1) - In turns.
    - [Least connections](https://example.com/lb2) - By load.
    - [Power of two](https://example.com/lb3) - Of two, the better one.
    - [Maglev](https://example.com/lb4) - By hash.
`
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{world: newWorld(t, strings.Replace(list, balancing, balancing+balanced, 1)), paper: &paper{able: digest.Ability{Post: true, Find: true}}, admin: true}
	d.open(false)
	return d
}

// open puts a bot on the same state, as after a restart.
func (d *desk) open(anyone bool) {
	kept := memory.New(func() time.Time { return d.now })
	senders := &digest.Senders{}
	senders.Add("slack", d.paper)
	engine := &digest.Engine{
		Store: kept, Senders: senders, Log: slog.New(slog.DiscardHandler), Policy: digest.DefaultPolicy, Workers: 1, Poll: time.Hour,
		List: func(ctx context.Context) (digest.List, error) { return d.DigestList(ctx) },
	}
	d.engine = engine
	d.Bot = bot.New(bot.Config{
		Library: d.library, Log: slog.New(slog.NewTextHandler(d.log, nil)), State: d.state,
		Digests: &bot.Digests{Engine: engine, Anyone: anyone}, Now: func() time.Time { return d.now },
	})
}

func (d *desk) request(text string) bot.Request {
	return bot.Request{
		Platform: "slack", Workspace: "T1", Channel: "C1", User: "U1", Home: "T1", Surface: bot.SurfaceCommand, Text: text, Zone: d.zone,
		MayAdminister: func(context.Context) (bool, error) { return d.admin, nil },
	}
}

func (d *desk) say(t *testing.T, text string) bot.Reply {
	t.Helper()
	return d.Handle(t.Context(), d.request(text))
}

// ids are written anew each time.
var anyID = regexp.MustCompile(`(digest [a-z]+ )[a-z2-7]{10}\b`)

// talk is a conversation: lines that begin with > are asked, what follows is the
// plain text of the answer.
func (d *desk) talk(t *testing.T, script string) {
	t.Helper()
	var got strings.Builder
	for line := range strings.Lines(script) {
		if ask, ok := strings.CutPrefix(strings.TrimSpace(line), "> "); ok {
			d.now = d.now.Add(time.Second)
			got.WriteString("> " + ask + "\n" + anyID.ReplaceAllString(d.say(t, ask).Plain(), "${1}ID") + "\n")
		}
	}
	if diff := cmp.Diff(strings.TrimSpace(script), strings.TrimSpace(got.String())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDigestTalk(t *testing.T) {
	newDesk(t).talk(t, `
> digest
There are no digests here.
Have one come:
  digest add circuit breaking every monday 09:00
> digest add load balancing every monday 09:00
In which time zone? I do not know it here, and will not guess. Once you have said it, I remember it for this place.
For example:
  digest add load balancing every monday 09:00 zone:Europe/Berlin
> digest add load balancing every monday 09:00 zone:berlin
Load balancing comes here every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026.
Preview: digest preview ID
Pause: digest pause ID
> digest add circuit breaking as a course count 3 first tuesday of the month
Circuit breaking comes here on the first Tuesday of every month at 09:00 (Europe/Berlin): next on Tue 7 Apr, Tue 5 May and Tue 2 Jun 2026.
Preview: digest preview ID
Pause: digest pause ID
> digest list
2 digests here.
- 1. Load balancing: every Monday at 09:00 (Europe/Berlin), 5 resources; next on Mon 9 Mar 2026
- 2. Circuit breaking: on the first Tuesday of every month at 09:00 (Europe/Berlin), 3 resources, as a course; next on Tue 7 Apr 2026
More about one:
  digest show 1
> digest edit 2 when:"weekdays 08:30" course:no count:4
Circuit breaking comes on weekdays at 08:30 (Europe/Berlin): next on Thu 5 Mar, Fri 6 Mar and Mon 9 Mar 2026; 4 resources.
Preview: digest preview ID
Pause: digest pause ID
> digest skip circuit breaking
The edition of Thursday, 5 March 2026 is left out. Circuit breaking comes next on Fri 6 Mar 2026.
> digest pause 1
Load balancing is paused. `+"`digest resume ID`"+` has it come again.
> digest show 1
Load balancing, every Monday at 09:00.
- time zone: Europe/Berlin
- an edition has: 5 resources
- since: 4 March 2026
- paused: somebody wanted it so, since 4 March 2026
Preview: digest preview ID
> digest resume 1
Load balancing comes again, every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026.
> digest show
Which one? 2 digests here.
- 1. Load balancing: every Monday at 09:00 (Europe/Berlin), 5 resources; next on Mon 9 Mar 2026
- 2. Circuit breaking: on weekdays at 08:30 (Europe/Berlin), 4 resources; next on Fri 6 Mar 2026
More about one:
  digest show 1
> digest remove 2
Circuit breaking does not come here any more.
> digest history
Load balancing: no editions so far.
> digest dance
The list has nothing for “digest dance”.
See what the list covers:
  topics
> digest previw 1
There is no command “digest previw”. Did you mean `+"`digest preview`"+`?
Ask for it:
  digest preview 1
> digest edit
What is to change? Load balancing comes every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026.
For example:
  digest edit 1 when:"every friday 14:00"
> digest edit when:"whenever it rains"
I do not understand “whenever” in a schedule.
Schedules are written like these: every monday 09:00; every friday 14:00; weekdays 08:30; every 2 weeks on tuesday; first tuesday of the month.
> digest edit count:11
An edition has 3 to 10 resources.
For example:
  digest edit 1 when:"every friday 14:00"
> digest add load balancing zone:Atlantis
There is no time zone “Atlantis”. Zones are named like Europe/Berlin.
For example:
  digest add circuit breaking every monday 09:00
`)
}

// Preview shows what now then posts, to who asks alone.
func TestDigestPreviewAndNow(t *testing.T) {
	d := newDesk(t)
	d.zone = "Europe/Berlin"
	d.say(t, "digest add microservices every monday 09:00 count 3")
	seen := d.say(t, "digest preview explain:yes")
	if seen.Kind != bot.Edition || seen.For != bot.ToOne || len(seen.Resources) == 0 || !strings.Contains(seen.Resources[0].Remark, "Because: ") {
		t.Fatalf("preview: %+v", seen)
	}
	if done := d.say(t, "digest now"); done.Kind != bot.Done || len(d.paper.posts) != 1 {
		t.Fatalf("now: %s %q", done.Kind, done.Text)
	}
	post := d.Edition(t.Context(), d.paper.posts[0])
	if post.Kind != bot.Edition || post.For != bot.ToAll || post.Title == "" || len(post.Resources) != len(seen.Resources) {
		t.Fatalf("edition: %+v", post)
	}
	for _, r := range post.Resources {
		if r.Remark != "" || len(r.Buttons) != 1 || r.Buttons[0].Token == "" {
			t.Errorf("%+v", r)
		}
	}
	var kinds []bot.ButtonKind
	for _, b := range post.Buttons {
		kinds = append(kinds, b.Kind)
		if b.Token == "" {
			t.Errorf("%s has no token", b.Label)
		}
	}
	if diff := cmp.Diff([]bot.ButtonKind{bot.ButtonTopic, bot.ButtonPause}, kinds); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
	if again := d.say(t, "digest now"); again.Kind != bot.Away || len(d.paper.posts) != 1 {
		t.Errorf("now again: %s %q", again.Kind, again.Text)
	}
	press := d.request("")
	press.Surface, press.Token = bot.SurfaceButton, post.Buttons[1].Token
	d.admin = false
	if r := d.Handle(t.Context(), press); r.Kind != bot.Misuse {
		t.Errorf("somebody paused it: %s %q\n%s", r.Kind, r.Text, d.log)
	}
	d.admin = true
	if r := d.Handle(t.Context(), press); r.Kind != bot.Done || !strings.Contains(r.Text, "is paused") {
		t.Errorf("pause: %s %q", r.Kind, r.Text)
	}
	press.Channel = "C2" // the token is the workspace's; the digest is the channel's
	if r := d.Handle(t.Context(), press); r.Kind == bot.Done {
		t.Errorf("it is paused from another channel: %q", r.Text)
	}
	past := d.say(t, "digest history")
	if len(past.Facts) != 1 || !strings.HasPrefix(past.Facts[0].Value, "posted, ") {
		t.Errorf("history: %+v", past.Facts)
	}
}

// Who may change what concerns others.
func TestDigestRights(t *testing.T) {
	d := newDesk(t)
	d.zone, d.admin = "UTC", false
	lines := map[string]bool{"list": true, "add caching": false, "pause 1": false, "remove 1": false, "now 1": false, "history 1": true, "preview 1": true}
	for line, may := range lines {
		refused := strings.Contains(d.say(t, "digest "+line).Text, "is for those who administer")
		if refused == may {
			t.Errorf("digest %s: refused is %v", line, refused)
		}
	}
	own := d.request("digest add load balancing")
	own.Channel, own.Surface = "", bot.SurfaceDirect
	if r := d.Handle(t.Context(), own); r.Kind != bot.Done {
		t.Errorf("in one's own direct messages: %s %q", r.Kind, r.Text)
	}
	d.open(true)
	if r := d.say(t, "digest add load balancing"); r.Kind != bot.Done {
		t.Errorf("where everybody may: %s %q", r.Kind, r.Text)
	}
}

// What the bot cannot do in a channel is said when it is asked to go there.
func TestDigestProbe(t *testing.T) {
	tests := []struct {
		name string
		able digest.Ability
		err  error
		kind bot.ReplyKind
		says string
	}{
		{"no post", digest.Ability{Mend: "Write /invite @archbot."}, nil, bot.Misuse, "Write /invite @archbot."},
		{"no history", digest.Ability{Post: true, Mend: "It needs channels:history."}, nil, bot.Done, "It needs channels:history."},
		{"no answer", digest.Ability{}, errors.New("timeout"), bot.Away, "try again"},
		{"all well", digest.Ability{Post: true, Find: true}, nil, bot.Done, "comes here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.zone = "UTC"
			d.paper.able, d.paper.err = tt.able, tt.err
			r := d.say(t, "digest add load balancing")
			if r.Kind != tt.kind || !strings.Contains(r.Plain(), tt.says) {
				t.Errorf("%s %q", r.Kind, r.Plain())
			}
		})
	}
}

// Where a platform says the command apart, what follows can be nothing else.
func TestDigestApart(t *testing.T) {
	d := newDesk(t)
	r := d.request("dance")
	r.Command = "digest"
	if reply := d.Handle(t.Context(), r); reply.Kind != bot.Misuse || len(reply.Notes) != 1 || len(reply.Notes[0].Commands) != 11 {
		t.Errorf("%s %q %+v", reply.Kind, reply.Text, reply.Notes)
	}
	r = d.request("")
	r.Command, r.Options = "digest add", bot.Options{"topic": "load balancing", "when": "every 2 weeks", "zone": "UTC", "course": "yes"}
	if reply := d.Handle(t.Context(), r); reply.Kind != bot.Done || !strings.Contains(reply.Text, "every 2 weeks on Monday at 09:00 (UTC)") {
		t.Errorf("%s %q", reply.Kind, reply.Text)
	}
	r.Options = nil
	if reply := d.Handle(t.Context(), r); reply.Kind != bot.Misuse || reply.Form == nil || reply.Form.Command != "digest add" {
		t.Errorf("%s %q %+v", reply.Kind, reply.Text, reply.Form)
	}
}

// A form that asks for the zone is filled in with what was said; what is wrong with an
// option that was said apart is said of it.
func TestDigestFields(t *testing.T) {
	d := newDesk(t)
	r := d.say(t, "digest add load balancing weekdays 08:30 as a course count 4 kind article level intro")
	if r.Form == nil || r.Field != "zone" {
		t.Fatalf("%+v", r)
	}
	filled := make(map[string]string)
	for _, f := range r.Form.Fields {
		filled[f.Name] = f.Value
	}
	want := map[string]string{
		"topic": "Load balancing", "when": "on weekdays at 08:30", "count": "4", "kind": "article", "level": "intro", "course": "yes", "details": "", "zone": "",
	}
	if diff := cmp.Diff(want, filled); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for option, value := range map[string]string{"when": "whenever", "count": "11", "zone": "Atlantis"} {
		apart := d.request("")
		apart.Command, apart.Options = "digest add", bot.Options{"topic": "load balancing", option: value}
		if r := d.Handle(t.Context(), apart); r.Kind != bot.Misuse || r.Field != option {
			t.Errorf("%s: %s %q of %q", option, r.Kind, r.Text, r.Field)
		}
	}
}

// In a channel that is one's direct messages with the bot, the digests are one's own.
func TestDigestDirect(t *testing.T) {
	d := newDesk(t)
	d.zone, d.admin = "UTC", false
	direct := d.request("digest add load balancing")
	direct.Channel, direct.Direct = "D1", true
	if r := d.Handle(t.Context(), direct); r.Kind != bot.Done {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	home := d.request("digest list")
	home.Channel, home.Surface = "", bot.SurfaceButton
	if r := d.Handle(t.Context(), home); len(r.Facts) != 1 {
		t.Errorf("without a channel: %+v", r)
	}
	if r := d.say(t, "digest list"); len(r.Facts) != 0 {
		t.Errorf("in a channel: %+v", r)
	}
}

// Who has themselves erased leaves the channel its digests, and no name on them.
func TestDigestForget(t *testing.T) {
	d := newDesk(t)
	d.zone = "UTC"
	d.say(t, "digest add load balancing")
	own := d.request("digest add load balancing")
	own.Channel, own.Surface = "", bot.SurfaceDirect
	d.Handle(t.Context(), own)
	if r := d.say(t, "forget confirm:yes"); r.Kind != bot.Done {
		t.Fatalf("%s %q", r.Kind, r.Text)
	}
	own.Text = "digest"
	if r := d.Handle(t.Context(), own); len(r.Facts) != 0 {
		t.Errorf("in direct messages there are still %+v", r.Facts)
	}
	if r := d.say(t, "digest"); len(r.Facts) != 1 {
		t.Errorf("the channel has %+v", r.Facts)
	}
}

// What now says of a platform that does not take it.
func TestDigestNowFails(t *testing.T) {
	for class, says := range map[digest.Class]string{
		digest.Unsure: "may have been posted", digest.Passing: "will try again", digest.NeedsHelp: "invite me", digest.ChannelOff: "invite me",
	} {
		d := newDesk(t)
		d.zone = "UTC"
		d.say(t, "digest add load balancing")
		d.paper.fails = &digest.Failure{Class: class, Text: "invite me"}
		if r := d.say(t, "digest now"); !strings.Contains(r.Text, says) {
			t.Errorf("%s: %q", class, r.Text)
		}
	}
}

// A state that is out of reach is said to be, and nothing panics.
func TestDigestWithoutState(t *testing.T) {
	b := newBot(t, list)
	for _, line := range []string{"digest", "digest add caching", "digest list", "digest show 1", "digest edit 1", "digest pause 1", "digest resume 1", "digest skip 1", "digest remove 1", "digest preview", "digest now 1", "digest history 1"} {
		r := b.Handle(t.Context(), bot.Request{
			Text: line, Channel: "C1", MayAdminister: func(context.Context) (bool, error) { return true, nil },
		})
		if r.Kind != bot.Away {
			t.Errorf("%s: %s %q", line, r.Kind, r.Text)
		}
	}
	if r := b.Handle(t.Context(), bot.Request{Text: "digest preview circuit breaking"}); r.Kind != bot.Edition || len(r.Resources) != 1 {
		t.Errorf("preview of a topic: %s %q", r.Kind, r.Text)
	}
	// Where people talk, a word that begins a sentence is none of this.
	if r := b.Handle(t.Context(), bot.Request{Text: "digest access authentication", Surface: bot.SurfaceDirect}); r.Kind == bot.Away || r.Kind == bot.Misuse {
		t.Errorf("%s %q", r.Kind, r.Text)
	}
}
