package slack

import (
	"strings"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
	"archbot/internal/digest"
)

// newsroom is a stage whose bot delivers digests through the adapter.
type newsroom struct {
	*stage
	engine *digest.Engine
}

func newNewsroom(t *testing.T, by transport) *newsroom {
	t.Helper()
	w := withState(t)
	w.digests.Anyone = false
	s := newStage(t, w.Bot, &adaptertest.Log{}, by)
	w.digests.Engine.Senders.Add(string(Platform), s.adapter.Digests())
	return &newsroom{s, w.digests.Engine}
}

// command types a slash command, and returns what comes of it: what is said to who
// typed it, or the form that opens.
func (n *newsroom) command(t *testing.T, user, channel, line string) (said slackfake.Message, form slackfake.View) {
	t.Helper()
	before, _ := n.Modal(user)
	out := n.As(user).Command(channel, DefaultCommand, line)
	if out.Failure != "" {
		t.Fatalf("%s: %+v", line, out)
	}
	n.settle()
	if v, ok := n.Modal(user); ok && v.ID != before.ID {
		return said, v
	}
	all := n.Responses(out.ID)
	if len(all) != 1 {
		t.Fatalf("%s: %d answers", line, len(all))
	}
	return all[0], form
}

// press presses a button of a kind and returns what is said to who pressed it.
func (n *newsroom) press(t *testing.T, user string, on slackfake.Message, kind bot.ButtonKind) slackfake.Message {
	t.Helper()
	out := n.As(user).Press(on, firstID(t, on.Blocks, string(kind)))
	n.settle()
	all := n.Responses(out.ID)
	if out.Failure != "" || len(all) != 1 {
		t.Fatalf("%+v with %d answers", out, len(all))
	}
	return all[0]
}

// due has the digest of a place come due, delivers it, and returns the posts there.
func (n *newsroom) due(t *testing.T, channel string, p digest.Place) []slackfake.Message {
	t.Helper()
	kept, err := n.engine.Store.Channel(t.Context(), p)
	if err != nil || len(kept.Records) != 1 {
		t.Fatalf("%+v, %v", kept, err)
	}
	if err := n.engine.Tick(t.Context(), kept.Records[0].Edition.Slot.In(time.UTC).Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	return n.Posts(channel)
}

func (n *newsroom) placeOf(channel string) digest.Place {
	return digest.Place{Platform: string(Platform), Workspace: n.team.ID, Channel: channel}
}

// A digest from the command to the edition, and what can be pressed there by whom.
func TestDigestPeople(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t, by)
			ann, bob, channel := n.ann.ID, n.bob.ID, n.channel.ID
			if said, _ := n.command(t, bob, channel, "digest add load balancing"); !strings.Contains(said.Text, "is for those who administer this place") {
				t.Errorf("somebody adds a digest: %s", said.Text)
			}
			said, _ := n.command(t, ann, channel, "digest add load balancing every monday 09:00")
			if said.Only != ann || !strings.Contains(said.Text, "Load balancing comes here every Monday at 09:00 (Europe/Berlin): next on Mon 9 Mar, Mon 16 Mar and Mon 23 Mar 2026.") {
				t.Fatalf("added: only for %q: %s", said.Only, said.Text)
			}
			preview, _ := n.command(t, bob, channel, "digest preview")
			blocksHave(t, "the preview", preview.Blocks, "*Load balancing · week 11*", "This is how it would come on Mon 9 Mar 2026.", "More of this")
			if preview.Only != bob || strings.Contains(string(preview.Blocks), "Pause") {
				t.Errorf("the preview: only for %q: %s", preview.Only, preview.Blocks)
			}
			posts := n.due(t, channel, n.placeOf(channel))
			if len(posts) != 1 {
				t.Fatalf("%d editions", len(posts))
			}
			edition := posts[0]
			blocksHave(t, "the edition", edition.Blocks, "*Load balancing · week 11*", "Save", "More of this", "Pause")

			if saved := n.press(t, bob, edition, bot.ButtonSave); saved.Only != bob || !strings.Contains(saved.Text, "reading list") {
				t.Errorf("save: only for %q: %s", saved.Only, saved.Text)
			}
			if shelf, _ := n.command(t, bob, channel, "saved"); !strings.Contains(shelf.Text, "1 resource") {
				t.Errorf("the reading list: %s", shelf.Text)
			}
			if more := n.press(t, bob, edition, bot.ButtonTopic); more.Only != bob || !strings.Contains(more.Text, "Load balancing") {
				t.Errorf("more: only for %q: %s", more.Only, more.Text)
			}
			if refused := n.press(t, bob, edition, bot.ButtonPause); refused.Only != bob || !strings.Contains(refused.Text, "is for those who administer this place") {
				t.Errorf("pause by somebody: only for %q: %s", refused.Only, refused.Text)
			}
			if list, _ := n.command(t, bob, channel, "digest list"); strings.Contains(list.Text, "paused") {
				t.Errorf("it is paused: %s", list.Text)
			}
			if done := n.press(t, ann, edition, bot.ButtonPause); done.Only != ann || !strings.Contains(done.Text, "Load balancing is paused. `/arch digest resume ") {
				t.Errorf("pause: only for %q: %s", done.Only, done.Text)
			}
			if list, _ := n.command(t, bob, channel, "digest list"); !strings.Contains(list.Text, "paused: somebody wanted it so") {
				t.Errorf("it is not paused: %s", list.Text)
			}
			if again := n.Posts(channel); len(again) != 1 {
				t.Errorf("others see %d posts", len(again))
			}
		})
	}
}

// Where the time zone is not known, a form asks for it, filled in with what was said,
// and says what is wrong at the field.
func TestDigestForm(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t, by)
			ann, channel := n.ann.ID, n.channel.ID
			n.EditUser(ann, func(u *slackfake.User) { u.TZ = "" })
			_, form := n.command(t, ann, channel, "digest add load balancing weekdays 08:30")
			if form.ID == "" {
				t.Fatal("no form opens")
			}
			blocksHave(t, "the form", form.Blocks, `"value":"Load balancing"`, "on weekdays at 08:30", "In which time zone?")
			zone := fieldPrefix + "zone"
			offered := n.As(ann).Suggest(form, zone, "kathm")
			if len(offered.Options) != 1 || offered.Options[0].Value != "Asia/Kathmandu" {
				t.Fatalf("offered: %+v", offered)
			}
			topic, when := fieldPrefix+"topic", fieldPrefix+"when"
			filled := func(days string, count ...string) slackfake.Outcome {
				values := map[string][]string{topic: {"Load balancing"}, when: {days}, zone: {"Asia/Kathmandu"}}
				if len(count) > 0 {
					values[fieldPrefix+"count"] = count
				}
				return n.As(ann).Submit(form, values)
			}
			if out := filled("whenever it rains"); out.Errors[when] != "I do not understand “whenever” in a schedule." {
				t.Errorf("of no days: %+v", out)
			}
			if out := filled("weekdays 08:30", "11"); out.Errors[fieldPrefix+"count"] != "An edition has 3 to 10 resources." {
				t.Errorf("of too many: %+v", out)
			}
			out := filled("weekdays 08:30", "4")
			if out.Failure != "" || out.View == nil {
				t.Fatalf("%+v", out)
			}
			blocksHave(t, "the answer", out.View.Blocks, "comes here on weekdays at 08:30 (Asia/Kathmandu)", "Preview")
			if list, _ := n.command(t, ann, channel, "digest list"); !strings.Contains(list.Text, "(Asia/Kathmandu), 4 resources") {
				t.Errorf("the list: %s", list.Text)
			}
			// It is remembered for the place.
			if said, _ := n.command(t, ann, channel, "digest add circuit breaking"); !strings.Contains(said.Text, "(Asia/Kathmandu)") {
				t.Errorf("the next one: %s", said.Text)
			}
		})
	}
}

// In direct messages the digests are one's own, the same by whatever way they are
// asked for.
func TestDigestInDirectMessages(t *testing.T) {
	n := newNewsroom(t, overHTTP)
	bob := n.bob.ID
	dm := n.DM(bob).ID
	if said, _ := n.command(t, bob, dm, "digest add load balancing every monday 09:00"); !strings.Contains(said.Text, "comes here every Monday") {
		t.Fatalf("%s", said.Text)
	}
	n.As(bob).OpenHome("home")
	n.settle()
	home, _ := n.Home(bob)
	blocksHave(t, "the Home tab", home.Blocks, "Digests in your direct messages", "*1. Load balancing*", "Subscribe to a topic")
	posts := n.due(t, dm, n.placeOf("@"+bob))
	if len(posts) != 1 {
		t.Fatalf("%d editions", len(posts))
	}
	if done := n.press(t, bob, posts[0], bot.ButtonPause); !strings.Contains(done.Text, "Load balancing is paused") {
		t.Errorf("pause: %s", done.Text)
	}
	n.As(bob).Say(dm, "digest list")
	n.settle()
	if posts = n.Posts(dm); !strings.Contains(posts[len(posts)-1].Text, "paused: somebody wanted it so") {
		t.Errorf("the list: %s", posts[len(posts)-1].Text)
	}
	// Subscribed to from the Home tab, it is one of them.
	_, last, _ := strings.Cut(string(home.Blocks), "Digests in your direct messages")
	n.As(bob).Press(home, firstID(t, []byte(last), kindForm))
	n.settle()
	form, ok := n.Modal(bob)
	if !ok {
		t.Fatal("no form opens")
	}
	topic := fieldPrefix + "topic"
	n.As(bob).Suggest(form, topic, "circ")
	if out := n.As(bob).Submit(form, map[string][]string{topic: {"Circuit breaking"}}); out.View == nil || !strings.Contains(string(out.View.Blocks), "Circuit breaking comes here") {
		t.Fatalf("%+v", out)
	}
	if list, _ := n.command(t, bob, dm, "digest list"); !strings.HasPrefix(list.Text, "2 digests here.") {
		t.Errorf("the list: %s", list.Text)
	}
}

// A channel that the bot is not in is told how to let it in, and nothing is kept.
func TestDigestShutOut(t *testing.T) {
	n := newNewsroom(t, bySocket)
	n.EditUser(n.ann.ID, func(u *slackfake.User) { u.IsAdmin = true })
	said, _ := n.command(t, n.ann.ID, n.outside.ID, "digest add load balancing")
	if !strings.Contains(said.Text, "I cannot post in this channel.") || !strings.Contains(said.Text, "`/invite @archbot`") {
		t.Errorf("%s", said.Text)
	}
	n.As(n.ann.ID).Invite(n.outside.ID)
	if said, _ = n.command(t, n.ann.ID, n.outside.ID, "digest add load balancing"); !strings.Contains(said.Text, "comes here") {
		t.Errorf("once it is in: %s", said.Text)
	}
	// One that is taken out again is paused, and who made it learns where.
	n.EditChannel(n.outside.ID, func(c *slackfake.Channel) { c.Members = []string{n.ann.ID} })
	n.due(t, n.outside.ID, n.placeOf(n.outside.ID))
	told := n.Posts(n.DM(n.ann.ID).ID)
	if len(told) != 1 {
		t.Fatalf("%+v", told)
	}
	blocksHave(t, "what they are told", told[0].Blocks, "The digest on Load balancing is paused: I may not post here: type `/invite @archbot`", `\u003c#`+n.outside.ID+`\u003e`)
}
