package discord

import (
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/store/memory"
)

func TestRegister(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		a, stop := b.start(&echo{})
		look, err := a.Register(t.Context(), "", false)
		if err != nil || look.Written || len(look.Changes) == 0 || !strings.Contains(look.Invite, "permissions=") {
			t.Fatalf("%+v, %v", look, err)
		}
		first, err := a.Register(t.Context(), "", true)
		if err != nil || !first.Written || !slices.Equal(first.Changes, look.Changes) {
			t.Fatalf("%+v, %v", first, err)
		}
		for _, guild := range []string{"", b.guild} {
			if _, err := a.Register(t.Context(), guild, true); err != nil {
				t.Fatal(err)
			}
			again, err := a.Register(t.Context(), guild, true)
			if err != nil || again.Written || len(again.Changes) != 0 {
				t.Errorf("guild %q: %+v, %v", guild, again, err)
			}
		}
		if n, want := b.Creations(), 2*len(declarations()); n != want {
			t.Errorf("%d commands were created, want %d", n, want)
		}
		if _, err := a.Register(t.Context(), "my server", true); err == nil {
			t.Error("a name is taken for an id")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestDifference(t *testing.T) {
	for _, tt := range []struct{ from, to, want []string }{
		{nil, nil, nil},
		{[]string{"a", "b"}, []string{"a", "b"}, nil},
		{[]string{"a"}, []string{"b"}, []string{"- a", "+ b"}},
		{[]string{"a", "b"}, []string{"b", "a"}, []string{"+ the order of the options"}},
	} {
		if got := difference(tt.from, tt.to); !slices.Equal(got, tt.want) {
			t.Errorf("from %q to %q: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestNewRefusesHalfASetUp(t *testing.T) {
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{}, "DISCORD_TOKEN"},
		{Config{PublicKey: "abc"}, "64 hexadecimal digits"},
		{Config{Token: "a b"}, "space"},
		{Config{Token: "secret-token", URL: "discord.com"}, "DISCORD_API_URL"},
	} {
		if _, err := New(tt.config); err == nil || !strings.Contains(err.Error(), tt.want) || tt.config.Token != "" && strings.Contains(err.Error(), tt.config.Token) {
			t.Errorf("%+v: %v, want %q", tt.config, err, tt.want)
		}
	}
}

// One of several processes registers the commands, and the others leave it.
func TestRegisterOnce(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		state := memory.New(time.Now)
		for n, want := range []bool{true, false, false} {
			c := b.config
			c.Bot, c.State = &echo{}, state
			a, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			r, err := a.RegisterOnce(t.Context())
			if err != nil || r.Written != want {
				t.Errorf("process %d: %+v, %v", n, r, err)
			}
		}
		if n := b.Creations(); n != len(declarations()) {
			t.Errorf("%d commands were created", n)
		}
	})
}
