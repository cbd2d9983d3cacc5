package discordfake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archbot/adapters/discord/discordfake"
)

// client asks a fake as the bot does, in a bubble of time.
type client struct {
	*discordfake.Server
	t       *testing.T
	network *http.Transport
}

func inBubble(t *testing.T, c discordfake.Config, test func(c *client, channel string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := discordfake.New(c)
		network := &http.Transport{DialContext: fake.Pipe()}
		_, channel := fake.AddGuild("acme")
		test(&client{fake, t, network}, channel)
		fake.Close()
		network.CloseIdleConnections()
	})
}

// ask makes a request and decodes its answer.
func (c *client) ask(ctx context.Context, method, path, body string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.URL()+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = http.Header{"User-Agent": {"DiscordBot (test, 1)"}, "Content-Type": {"application/json"}, "Authorization": {"Bot " + c.Token()}}
	response, err := c.network.RoundTrip(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// post posts with a nonce, and returns the message's id.
func (c *client) post(ctx context.Context, channel, nonce string) (string, error) {
	var made struct{ ID string }
	err := c.ask(ctx, http.MethodPost, "/channels/"+channel+"/messages", `{"content":"hello","nonce":"`+nonce+`","enforce_nonce":true}`, &made)
	return made.ID, err
}

// A post that is on its way arrives though its caller is gone, and one whose answer is has
// arrived; one whose connection broke before has not.
func TestFaultsOfPosts(t *testing.T) {
	for name, tt := range map[string]struct {
		fault       discordfake.Fault
		soon, later int // posts when the caller gives up, and after a while
	}{
		"on its way":      {discordfake.Fault{Delay: 5000}, 0, 1},
		"answer held":     {discordfake.Fault{Delay: 5000, After: true}, 1, 1},
		"answer lost":     {discordfake.Fault{Reset: true, After: true}, 1, 1},
		"request lost":    {discordfake.Fault{Reset: true}, 0, 0},
		"outage":          {discordfake.Fault{Status: 503}, 0, 0},
		"outage after it": {discordfake.Fault{Status: 502, After: true}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, discordfake.Config{}, func(c *client, channel string) {
				t := c.t
				c.Fail(tt.fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if id, err := c.post(ctx, channel, "one"); err == nil {
					t.Errorf("it is answered with message %q", id)
				}
				synctest.Wait()
				if n := len(c.Posts("")); n != tt.soon {
					t.Errorf("%d posts when the caller gave up, want %d", n, tt.soon)
				}
				time.Sleep(time.Minute)
				if n := len(c.Posts("")); n != tt.later {
					t.Errorf("%d posts in the end, want %d", n, tt.later)
				}
			})
		})
	}
}

// A nonce gives back the message that it was first sent with, for a while.
func TestNonces(t *testing.T) {
	inBubble(t, discordfake.Config{NonceTime: 3 * time.Minute}, func(c *client, channel string) {
		t := c.t
		var ids []string
		for _, wait := range []time.Duration{0, 2 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			id, err := c.post(t.Context(), channel, "one")
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if ids[0] != ids[1] || ids[1] == ids[2] || len(c.Posts("")) != 2 {
			t.Errorf("messages %q, and %d of them", ids, len(c.Posts("")))
		}
	})
}

// Who may not read a channel's history is given an empty one.
func TestHistoryThatMayNotBeRead(t *testing.T) {
	inBubble(t, discordfake.Config{}, func(c *client, channel string) {
		t := c.t
		id, err := c.post(t.Context(), channel, "one")
		if err != nil {
			t.Fatal(err)
		}
		for may, want := range map[int64]int{discordfake.PermissionReadHistory: 1, 0: 0} {
			c.SetPermissions(channel, discordfake.PermissionViewChannel|may)
			var page []struct{ ID string }
			if err := c.ask(t.Context(), http.MethodGet, "/channels/"+channel+"/messages", "", &page); err != nil || len(page) != want || want > 0 && page[0].ID != id {
				t.Errorf("with %b: %v, %v", may, page, err)
			}
		}
	})
}

// Ids tell the time, once Discord has begun.
func TestIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(began))
		fake := discordfake.New(discordfake.Config{})
		for range 3 {
			var id int64
			if _, err := fmt.Sscan(fake.AddUser("ann").ID, &id); err != nil {
				t.Fatal(err)
			}
			if ahead := time.Until(time.UnixMilli(id>>22 + 1420070400000)); ahead < 0 || ahead > 10*time.Millisecond {
				t.Errorf("an id that is %s ahead of the time", ahead)
			}
			time.Sleep(time.Hour)
		}
	})
}
