package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"archbot/adapters/discord"
	"archbot/adapters/discord/discordfake"
	"archbot/internal/digest"
	"archbot/internal/store"
)

// discordAccess is what the Discord adapter posts with.
type discordAccess struct{ Token, API string }

// add adds the adapter, as a tick has it: one that is not connected.
func (a discordAccess) add(to *digest.Senders, s store.Store) error {
	adapter, err := discord.New(discord.Config{
		Bot: killBot(s), Log: slog.New(slog.DiscardHandler), Token: a.Token, URL: a.API, State: s,
	})
	if err != nil {
		return err
	}
	to.Add(string(discord.Platform), adapter.Digests())
	return nil
}

// discordFake is the fake Discord, with the bot in one server.
type discordFake struct {
	discordfake.Remote
	api, token string
	guild      string
	last       string // of the messages that were seen
}

// newDiscordFake starts it with a memory for nonces of half the time until a try is settled:
// as Discord's some minutes beside an outage, it covers a second try that comes at once, and
// none that comes after a look. So the proof rests on the look.
func newDiscordFake(t testing.TB) *discordFake {
	t.Helper()
	var at struct {
		API     string `json:"DISCORD_API_URL"`
		Token   string `json:"DISCORD_TOKEN"`
		Control string
	}
	forget := (killPolicy.Deadline + killPolicy.Margin) / 2
	startFake(t, "archbot/adapters/discord/discordfake/standalone", &at, "-options", fmt.Sprintf(`{"nonce_time":%d}`, forget.Nanoseconds()))
	d := &discordFake{Remote: discordfake.Remote{Control: at.Control}, api: at.API, token: at.Token}
	var err error
	if d.guild, _, err = d.AddGuild(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *discordFake) channel(t testing.TB) digest.Place {
	t.Helper()
	id, err := d.AddChannel(t.Context(), d.guild, "news")
	if err != nil {
		t.Fatal(err)
	}
	return digest.Place{Platform: string(discord.Platform), Workspace: d.guild, Channel: id}
}

func (d *discordFake) spoil(t testing.TB, p digest.Place, b badDay) {
	t.Helper()
	f := discordfake.Fault{Method: http.MethodPost, Path: "/channels/" + p.Channel + "/messages"}
	if b.look {
		f.Method = http.MethodGet
	}
	switch b.kind {
	case dayRequestLost:
		f.Reset = true
	case dayAnswerLost:
		f.Reset, f.After = true, true
	case dayLate:
		f.Delay = int(b.way.Milliseconds())
	case dayAnswerHeld:
		f.Delay, f.After = int(b.way.Milliseconds()), true
	case dayTooMany:
		f.Status, f.Scope, f.RetryAfter = http.StatusTooManyRequests, "user", 1000
	case dayPerhaps:
		f.Status, f.After = http.StatusBadGateway, true
	case dayOutage:
		f.Status = http.StatusServiceUnavailable
	default:
		t.Fatalf("there are no days like %q", b.kind)
	}
	if err := d.Fail(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (d *discordFake) met(t testing.TB) []int {
	t.Helper()
	faults, err := d.Faults(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var met []int
	for _, f := range faults {
		met = append(met, f.Hits)
	}
	return met
}

func (d *discordFake) access() access {
	return access{Discord: &discordAccess{Token: d.token, API: d.api}, Pace: killPace}
}

// editions reads the buttons of what was posted.
func (d *discordFake) editions(t testing.TB) []string {
	t.Helper()
	posts, err := d.Posts(t.Context(), d.last)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range posts {
		d.last = m.ID
		key := ""
		for _, b := range m.Buttons() {
			if _, after, ok := strings.Cut(b.ID, "."); ok {
				key = after
			}
		}
		if key == "" {
			t.Errorf("what is posted names no edition: %+v", m.Buttons())
		}
		keys = append(keys, key)
	}
	return keys
}

func (d *discordFake) asked(t testing.TB) (posts, looks int) {
	t.Helper()
	requests, err := d.Requests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		switch {
		case !strings.HasSuffix(r.Path, "/messages"):
		case r.Method == http.MethodPost:
			posts++
		case r.Method == http.MethodGet:
			looks++
		}
	}
	return posts, looks
}
