package app

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord"
	"archbot/adapters/discord/discordfake"
)

// newFakeDiscord is a server that the bot was invited to, with somebody in it.
func newFakeDiscord(t testing.TB) (f *discordfake.Server, by discordfake.By) {
	t.Helper()
	f = discordfake.New(discordfake.Config{PerBucket: 1000, RequestsPerSecond: 1000, AnswerTime: late})
	if err := f.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	by.User = f.AddUser("ann").ID
	by.Guild, by.Channel = f.AddGuild("acme")
	return f, by
}

// discordSettings are what somebody sets who has made the application there.
func discordSettings(f *discordfake.Server, more ...string) []string {
	return append([]string{"DISCORD_API_URL=" + f.URL(), "DISCORD_TOKEN=" + f.Token(), "ARCHBOT_ADDR=127.0.0.1:0"}, more...)
}

// registered runs archbot register.
func registered(t *testing.T, o RegisterOptions, environ ...string) (out string, status int) {
	t.Helper()
	var said, complaints bytes.Buffer
	p := &Program{In: strings.NewReader(""), Out: &said, Err: &complaints, Environ: environ}
	status = p.Exit("archbot register", p.Register(t.Context(), o))
	return said.String() + complaints.String(), status
}

func TestRegisterAtDiscord(t *testing.T) {
	f, by := newFakeDiscord(t)
	for _, step := range []struct {
		name   string
		o      RegisterOptions
		env    []string
		says   []string
		status int
	}{
		{"dry", RegisterOptions{Dry: true}, discordSettings(f), []string{"stay as they are", "+ /arch search query (String, needed, completes", "client_id=" + f.Bot().ID, "Send Messages", "to answer mentions"}, 0},
		{"first", RegisterOptions{}, discordSettings(f), []string{"written anew", "Done."}, 0},
		{"again", RegisterOptions{}, discordSettings(f), []string{"registered as they are declared"}, 0},
		{"one server", RegisterOptions{Guild: by.Guild}, discordSettings(f), []string{"Done."}, 0},
		{"no server", RegisterOptions{Guild: "acme"}, discordSettings(f), []string{"Copy Server ID"}, 2},
		{"another's server", RegisterOptions{Guild: "1"}, discordSettings(f), []string{"50001"}, 2},
		{"wrong token", RegisterOptions{}, discordSettings(f, "DISCORD_TOKEN=a-wrong-token"), []string{"401"}, 2},
		{"no token", RegisterOptions{}, nil, []string{"DISCORD_TOKEN"}, 2},
	} {
		out, status := registered(t, step.o, step.env...)
		if status != step.status {
			t.Errorf("%s: status %d, want %d", step.name, status, step.status)
		}
		for _, s := range step.says {
			if !strings.Contains(out, s) {
				t.Errorf("%s: it does not say %q, but\n%s", step.name, s, out)
			}
		}
		if strings.Contains(out, f.Token()) || strings.Contains(out, "a-wrong-token") {
			t.Errorf("%s: it says the token:\n%s", step.name, out)
		}
	}
}

// Serve on Discord answers over the Gateway, and over HTTP once Discord is told where.
func TestServeOnDiscord(t *testing.T) {
	f, by := newFakeDiscord(t)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	environ := discordSettings(f, "DISCORD_PUBLIC_KEY="+f.PublicKey(), "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"))
	if _, status := registered(t, RegisterOptions{}, environ...); status != 0 {
		t.Fatal("the commands are not registered")
	}
	s := serve(t, environ...)
	if !strings.Contains(s.said.String(), "Discord: on, by the Gateway and over HTTP.") {
		t.Errorf("it says\n%s", s.said)
	}
	ctx, cancel := context.WithTimeout(t.Context(), late)
	defer cancel()
	if err := f.Await(ctx, func() bool { return f.Connected() == 1 }); err != nil {
		t.Fatalf("it does not connect: %v\n%s", err, s.said)
	}
	search := func() {
		t.Helper()
		i, err := f.Command(by, "arch", "search", map[string]any{"query": "circuit breaking"})
		if err != nil {
			t.Fatal(err)
		}
		m, err := i.Shown(ctx)
		if err != nil || !strings.Contains(m.Text(), "https://example.com/breakers") || m.ShownTo != by.User {
			t.Errorf("%v: %+v", err, m)
		}
	}
	search()
	if err := f.SetEndpoint(ctx, "http://"+s.addr+discord.PathInteractions); err != nil {
		t.Fatal(err)
	}
	search()
	if _, err := f.DirectMessage(by.User, "how do I stop calls to a failing service?"); err != nil {
		t.Fatal(err)
	}
	if err := f.Await(ctx, func() bool { return len(f.Messages(f.Direct(by.User), by.User)) >= 2 }); err != nil {
		t.Errorf("a direct message is not answered: %v\n%s", err, s.said)
	}
	s.stop(nil)
	if err := s.end(t); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if strings.Contains(s.said.String(), f.Token()) {
		t.Errorf("it says the token:\n%s", s.said)
	}
}

// A token that Discord does not know ends serve, with what to do.
func TestServeEndsWhenDiscordRefusesTheToken(t *testing.T) {
	f, _ := newFakeDiscord(t)
	s := serve(t, discordSettings(f, "DISCORD_TOKEN=a-wrong-token", "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))...)
	err := s.end(t)
	if err == nil || !strings.Contains(err.Error(), "DISCORD_TOKEN") || strings.Contains(err.Error()+s.said.String(), "a-wrong-token") {
		t.Errorf("it ends with %v, and says\n%s", err, s.said)
	}
}

// Serve --register registers the commands, and one of several replicas does.
func TestServeRegisters(t *testing.T) {
	f, _ := newFakeDiscord(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*late)
	defer cancel()
	p := &Program{In: strings.NewReader(""), Out: &buffer{}, Err: &buffer{}, Environ: discordSettings(f, "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))}
	ended := make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	go func() { ended <- p.Serve(running, ServeOptions{Register: true}) }()
	if err := f.Await(ctx, func() bool { return f.Creations() == 3 && f.Connected() == 1 }); err != nil {
		t.Errorf("%d commands are registered, and %d connections: %v", f.Creations(), f.Connected(), err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(late):
		t.Fatal("serve does not end")
	}
}

func TestDoctorOnDiscord(t *testing.T) {
	f, by := newFakeDiscord(t)
	registered(t, RegisterOptions{}, discordSettings(f)...)
	fresh, _ := newFakeDiscord(t)
	slack := newFakeSlack(t, false)
	for name, c := range map[string]struct {
		environ  []string
		channels []string
		status   int
		says     []string
	}{
		"fine":            {discordSettings(f), []string{by.Channel}, 0, []string{"fine Discord token", "fine Discord commands", "fine Discord Gateway", "fine Discord channel " + by.Channel}},
		"not registered":  {discordSettings(fresh), nil, 1, []string{"wrong Discord commands", "→ archbot register"}},
		"wrong token":     {discordSettings(f, "DISCORD_TOKEN=a-wrong-token"), nil, 1, []string{"wrong Discord token Discord refuses DISCORD_TOKEN. → Press Reset Token"}},
		"no such channel": {discordSettings(f), []string{"1"}, 1, []string{"wrong Discord channel 1"}},
		"wrong key":       {discordSettings(f, "DISCORD_PUBLIC_KEY=abc"), nil, 1, []string{"wrong Discord It is half set up. → DISCORD_PUBLIC_KEY"}},
		"key alone":       {[]string{"DISCORD_PUBLIC_KEY=" + f.PublicKey()}, nil, 0, []string{"off Discord token"}},
		"no tokens":       {nil, nil, 0, []string{"off Discord No token is set."}},
		"both platforms": {append(slack.settings("SLACK_SIGNING_SECRET="+slack.SigningSecret), discordSettings(f)...), []string{slack.channel.ID, by.Channel}, 0, []string{
			"fine Slack channel " + slack.channel.ID, "fine Discord channel " + by.Channel,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			said, status := examined(t, c.channels, c.environ...)
			if status != c.status {
				t.Errorf("status %d, want %d\n%s", status, c.status, said)
			}
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("it does not say %q, but\n%s", s, said)
				}
			}
			if strings.Contains(said, f.Token()) || strings.Contains(said, "a-wrong-token") {
				t.Errorf("it says the token:\n%s", said)
			}
		})
	}
}
