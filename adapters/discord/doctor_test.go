package discord

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"archbot/adapters/discord/discordfake"
)

func TestCheckup(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		a, stop := b.begin(&echo{})
		quiet := b.AddChannel(b.guild, "quiet")
		b.SetPermissions(quiet, discordfake.PermissionViewChannel)
		text := ""
		for _, f := range a.Checkup(t.Context(), []string{b.channel, quiet, "name", "123"}) {
			text += fmt.Sprintln(f.Part, f.Verdict, f.Text, f.Mend)
		}
		for _, want := range []string{
			"Discord token fine", "Discord commands fine", "Discord interactions fine", "Discord Gateway fine", "Discord channel " + b.channel + " fine",
			"Discord channel " + quiet + " wrong The bot lacks Send Messages", "Discord channel name wrong", "Discord channel 123 wrong",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		wrong, err := New(Config{Token: "wrong-token", URL: b.URL(), Transport: b.network, Bot: &echo{}})
		if err != nil {
			t.Fatal(err)
		}
		if f := wrong.Checkup(t.Context(), nil); len(f) != 1 || f[0].Verdict != "wrong" || strings.Contains(f[0].Text, "wrong-token") {
			t.Errorf("%+v", f)
		}
	})
}

// Which way interactions come is compared with how they are awaited.
func TestCheckEndpoint(t *testing.T) {
	key := strings.Repeat("ab", 32)
	for _, tt := range []struct {
		name string
		app  application
		key  string
		want string
	}{
		{"Gateway", application{}, "", "fine"},
		{"key without an endpoint", application{Key: key}, key, "doubt"},
		{"endpoint without a key", application{Endpoint: "https://bot.test" + PathInteractions}, "", "wrong"},
		{"another's key", application{Endpoint: "https://bot.test" + PathInteractions, Key: "cd"}, key, "wrong"},
		{"another path", application{Endpoint: "https://bot.test/", Key: key}, key, "doubt"},
		{"HTTP", application{Endpoint: "https://bot.test" + PathInteractions, Key: key}, key, "fine"},
	} {
		a, err := New(Config{Token: "x", PublicKey: tt.key})
		if err != nil {
			t.Fatal(err)
		}
		if f := a.checkEndpoint(tt.app); string(f.Verdict) != tt.want || f.Verdict != "fine" && f.Mend == "" {
			t.Errorf("%s: %+v, want %s", tt.name, f, tt.want)
		}
	}
}

func TestPermissionsOfInteractions(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want bool
	}{
		{`{"guild_id":"1","member":{"permissions":"32"}}`, true},
		{`{"guild_id":"1","member":{"permissions":"8"}}`, true},
		{`{"guild_id":"1","member":{"permissions":"2048"}}`, false},
		{`{"guild_id":"1"}`, false},
		{`{"context":1}`, true},
		{`{"context":2}`, false},
	} {
		var i interaction
		if err := json.Unmarshal([]byte(tt.raw), &i); err != nil {
			t.Fatal(err)
		}
		if got, err := i.mayAdminister(t.Context()); got != tt.want || err != nil {
			t.Errorf("%s: %v, %v", tt.raw, got, err)
		}
	}
}
