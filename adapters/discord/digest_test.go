package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
	"archbot/internal/digest"
)

// edition is one on its way to the channel.
func (b *bubble) edition(key string) digest.Post {
	return digest.Post{Key: key, Place: digest.Place{Platform: string(Platform), Workspace: b.guild, Channel: b.channel}, Subscription: "d1"}
}

// An edition is found again, also far back and by a process that has not posted it; another
// one is not.
func TestEditionsAreFound(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		since := time.Now()
		id, err := a.Digests().Post(t.Context(), b.edition("one"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 250 {
			if _, err := b.Say(b.by(), fmt.Sprint("talk ", i)); err != nil {
				t.Fatal(err)
			}
		}
		c := b.config
		c.Bot = &echo{}
		other, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, finder := range []*Adapter{a, other} {
			got, found, err := finder.Digests().Find(t.Context(), digest.Sought{Key: "one", Place: b.edition("one").Place, Since: since})
			if err != nil || !found || got != id {
				t.Errorf("found %q, %v, %v; want %q", got, found, err, id)
			}
			if _, found, err := finder.Digests().Find(t.Context(), digest.Sought{Key: "two", Place: b.edition("two").Place, Since: since}); err != nil || found {
				t.Errorf("what was not posted is found: %v, %v", found, err)
			}
		}
		direct := digest.Place{Platform: string(Platform), Channel: "@" + b.user.ID}
		if _, err := a.Digests().Post(t.Context(), digest.Post{Key: "three", Place: direct}); err != nil {
			t.Error(err)
		}
		if err := a.Digests().Tell(t.Context(), direct, b.user.ID, "It is paused."); err != nil {
			t.Error(err)
		}
		if got := b.answered(); len(got) != 2 || !strings.Contains(got[1], "It is paused.") {
			t.Errorf("direct messages: %q", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Who may not read what was said is shown a channel without a word: whether an edition is in
// it, there is no telling. In one that is silent indeed there is none.
func TestEditionsThatMayNotBeLookedFor(t *testing.T) {
	const readable = discordfake.PermissionViewChannel | discordfake.PermissionSendMessages | discordfake.PermissionReadHistory
	for name, tt := range map[string]struct {
		posted bool
		may    int64
		found  bool
		want   digest.Class // of the failure, if any
	}{
		"there":                    {true, readable, true, ""},
		"silent":                   {false, readable, false, ""},
		"there, and not readable":  {true, readable &^ discordfake.PermissionReadHistory, false, digest.Unsure},
		"silent, and not readable": {false, readable &^ discordfake.PermissionReadHistory, false, digest.Unsure},
		"not to be seen":           {true, 0, false, digest.Unsure},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
				t := b.t
				a, stop := b.begin(&echo{})
				since := time.Now()
				if tt.posted {
					if _, err := a.Digests().Post(t.Context(), b.edition("one")); err != nil {
						t.Fatal(err)
					}
				}
				b.SetPermissions(b.channel, tt.may)
				_, found, err := a.Digests().Find(t.Context(), digest.Sought{Key: "one", Place: b.edition("one").Place, Since: since})
				failed, _ := errors.AsType[*digest.Failure](err)
				if found != tt.found || (err != nil) != (tt.want != "") || failed != nil && (failed.Class != tt.want || !strings.Contains(failed.Text, "Read Message History")) {
					t.Errorf("found %v, %v", found, err)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// An edition's key is at the end of a button, which does what it did, and is its nonce, by
// which Discord knows it for a while and no longer.
func TestKeysOfEditions(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000, NonceTime: time.Minute}, func(b *bubble) {
		t := b.t
		var tokens []bot.Token
		a, stop := b.begin(&echo{handle: func(_ context.Context, r bot.Request) bot.Reply {
			tokens = append(tokens, r.Token)
			return bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: "Done."}
		}})
		key := (digest.Subscription{ID: digest.NewID()}).Key(digest.SlotAt(day, time.UTC))
		var ids []digest.MessageID
		for range 3 {
			id, err := a.Digests().Post(t.Context(), b.edition(key))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
			b.pass(40 * time.Second)
		}
		if ids[0] != ids[1] || ids[1] == ids[2] {
			t.Errorf("posted at once, soon and later: messages %q", ids)
		}
		posts := b.Posts("")
		if len(posts) != 2 || posts[0].Nonce != key || posts[0].Buttons()[0].ID != "pauses."+key {
			t.Fatalf("%d posts, the first of which is %+v", len(posts), posts[0])
		}
		if _, err := b.Press(b.by(), posts[0].ID, "Pause"); err != nil {
			t.Fatal(err)
		}
		b.pass(time.Second)
		if len(tokens) != 1 || tokens[0] != "pauses" {
			t.Errorf("the button has %q", tokens)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// What could not be found again is not posted.
func TestEditionsWithoutButtons(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(bareEditions{&echo{}})
		_, err := a.Digests().Post(t.Context(), b.edition("one"))
		if failed, ok := errors.AsType[*digest.Failure](err); !ok || failed.Class != digest.Passing || failed.Text == "" {
			t.Errorf("%v", err)
		}
		if n := len(b.Posts("")); n != 0 {
			t.Errorf("%d were posted", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// bareEditions has no buttons for editions, as a bot without a key to sign them with.
type bareEditions struct{ *echo }

func (b bareEditions) Edition(ctx context.Context, post digest.Post) bot.Reply {
	r := b.echo.Edition(ctx, post)
	r.Buttons = nil
	return r
}

// The details of an edition are a reply to it, which notifies nobody and is found by its own
// key. To an edition that is gone, or where the history may not be read, there is none.
func TestRepliesToEditions(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		d, since := a.Digests(), time.Now()
		to, err := d.Post(t.Context(), b.edition("one"))
		if err != nil {
			t.Fatal(err)
		}
		post := b.edition("one-d")
		post.To = to
		var id digest.MessageID
		for range 2 { // the second one is the first, by its nonce
			if id, err = d.Post(t.Context(), post); err != nil {
				t.Fatal(err)
			}
		}
		all := b.Messages(b.channel, "")
		if len(all) != 2 || all[1].ID != string(id) || all[1].Reference != string(to) || len(all[1].Pinged) > 0 {
			t.Fatalf("%+v", all)
		}
		for key, want := range map[string]digest.MessageID{"one": to, "one-d": id, "two-d": ""} {
			got, found, err := d.Find(t.Context(), digest.Sought{Key: key, Place: post.Place, Since: since})
			if err != nil || found != (want != "") || got != want {
				t.Errorf("%s: found %q, %v, %v; want %q", key, got, found, err, want)
			}
		}
		refused := func(why string) {
			t.Helper()
			_, err := d.Post(t.Context(), post)
			if f, ok := errors.AsType[*digest.Failure](err); !ok || f.Class != digest.NeedsHelp || f.Text == "" {
				t.Errorf("%s: %v", why, err)
			}
		}
		post.Key, post.To = "three-d", digest.MessageID(snowflakeAt(since))
		refused("to what is not there")
		post.To = to
		b.SetPermissions(b.channel, discordfake.PermissionViewChannel|discordfake.PermissionSendMessages)
		refused("without the history")
		if n := len(b.Messages(b.channel, "")); n != 2 {
			t.Errorf("there are %d messages", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// What went wrong says whether it may have been posted, and what to do.
func TestFailuresOfEditions(t *testing.T) {
	for name, tt := range map[string]struct {
		fault discordfake.Fault
		want  digest.Class
		posts int
	}{
		"unknown channel":     {discordfake.Fault{Status: 404, Code: 10003}, digest.ChannelOff, 0},
		"no direct messages":  {discordfake.Fault{Status: 403, Code: 50007}, digest.ChannelOff, 0},
		"unknown server":      {discordfake.Fault{Status: 404, Code: 10004}, digest.SpaceOff, 0},
		"missing permissions": {discordfake.Fault{Status: 403, Code: 50013}, digest.NeedsHelp, 0},
		"refused":             {discordfake.Fault{Status: 400, Code: 50035}, digest.NeedsHelp, 0},
		"asked too often":     {discordfake.Fault{Status: 429, Scope: "user", RetryAfter: 7000}, digest.Passing, 0},
		"outage":              {discordfake.Fault{Status: 503}, digest.Unsure, 0},
		"reset":               {discordfake.Fault{Reset: true}, digest.Unsure, 0},
		"lost answer":         {discordfake.Fault{Reset: true, After: true}, digest.Unsure, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
				t := b.t
				a, stop := b.begin(&echo{})
				f := tt.fault
				f.Method, f.Path = "POST", "/messages"
				b.Fail(f)
				_, err := a.Digests().Post(t.Context(), b.edition("one"))
				failed, ok := errors.AsType[*digest.Failure](err)
				if !ok || failed.Class != tt.want || failed.Text == "" || strings.Contains(err.Error(), b.Token()) {
					t.Errorf("%v, want %s", err, tt.want)
				}
				if ok && tt.fault.RetryAfter > 0 && failed.After != 7*time.Second {
					t.Errorf("it is to be tried after %v", failed.After)
				}
				if n := len(b.Messages(b.channel, "")); n != tt.posts {
					t.Errorf("%d messages were posted, want %d", n, tt.posts)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestProbe(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 1000}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		for may, want := range map[int64]digest.Ability{
			discordfake.PermissionViewChannel | discordfake.PermissionSendMessages | discordfake.PermissionReadHistory: {Post: true, Find: true},
			discordfake.PermissionViewChannel | discordfake.PermissionSendMessages:                                     {Post: true},
			discordfake.PermissionViewChannel: {},
			0:                                 {},
		} {
			b.SetPermissions(b.channel, may)
			got, err := a.Digests().Probe(t.Context(), b.edition("").Place)
			if err != nil || got.Post != want.Post || got.Find != want.Find || got.Mend == "" && !(got.Post && got.Find) {
				t.Errorf("with %b: %+v, %v; want %+v", may, got, err, want)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
