package slack

import (
	"strings"
	"testing"

	"archbot/adapters/slack/slackfake"
	"archbot/internal/bot"
)

// The App Home shows at once what somebody does with the digests in their direct
// messages, by whatever way they do it; what is done in channels is none of it.
func TestHomeFollowsDigests(t *testing.T) {
	for _, by := range transports {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t, by)
			bob, dm := n.bob.ID, n.DM(n.bob.ID).ID
			shows := func(after string, want ...string) []byte {
				t.Helper()
				home, ok := n.Home(bob)
				if !ok {
					t.Fatalf("after %s there is no App Home", after)
				}
				blocksHave(t, "the App Home after "+after, home.Blocks, want...)
				return home.Blocks
			}
			n.As(bob).OpenHome("home")
			n.settle()
			home, _ := n.Home(bob)
			shows("opening it", "There are no digests here.")

			// By the form that opens from it.
			_, last, _ := strings.Cut(string(home.Blocks), "Digests in your direct messages")
			n.As(bob).Press(home, firstID(t, []byte(last), kindForm))
			n.settle()
			form, ok := n.Modal(bob)
			if !ok {
				t.Fatal("no form opens")
			}
			n.As(bob).Suggest(form, fieldPrefix+"topic", "circ")
			if out := n.As(bob).Submit(form, map[string][]string{fieldPrefix + "topic": {"Circuit breaking"}}); out.View == nil {
				t.Fatalf("%+v", out)
			}
			n.settle()
			shows("the form", "*1. Circuit breaking*", "5 resources")

			// By commands, a message and a button in direct messages.
			said, _ := n.command(t, bob, dm, "digest add load balancing every monday 09:00")
			shows("add", "2 digests here.", ". Load balancing*")
			n.press(t, bob, said, bot.ButtonPause)
			shows("the button to pause", "paused: somebody wanted it so")
			n.As(bob).Say(dm, "digest resume load balancing")
			n.settle()
			if resumed := shows("resume", ". Load balancing*"); strings.Contains(string(resumed), "paused") {
				t.Errorf("it is paused still: %s", resumed)
			}
			n.command(t, bob, dm, "digest edit circuit breaking count:3 details:yes")
			shows("edit", "3 resources, with details")
			n.command(t, bob, dm, "digest remove load balancing")
			if left := shows("remove", "1 digest here."); strings.Contains(string(left), "Load balancing*") {
				t.Errorf("it is there still: %s", left)
			}

			drawn := len(n.Calls("views.publish"))
			n.command(t, bob, dm, "digest list")
			n.command(t, n.ann.ID, n.channel.ID, "digest add load balancing")
			n.EditUser(bob, func(u *slackfake.User) { u.IsAdmin = true })
			n.command(t, bob, n.channel.ID, "digest pause 1")
			if again := len(n.Calls("views.publish")); again != drawn {
				t.Errorf("it is drawn %d times for nothing", again-drawn)
			}
		})
	}
}
