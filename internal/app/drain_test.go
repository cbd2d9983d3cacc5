package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/adapters/slack/slackfake"
	"archbot/internal/store/redistest"
)

// terminate sends SIGTERM.
func (d *daemon) terminate(t *testing.T) {
	t.Helper()
	if err := d.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// ended waits for the process to end, and returns its status; -1 where a signal ended it.
func (d *daemon) ended(t *testing.T) int {
	t.Helper()
	over := make(chan error, 1)
	go func() { over <- d.Wait() }()
	select {
	case err := <-over:
		if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
			t.Fatal(err)
		}
	case <-time.After(2 * late):
		_ = d.Process.Kill()
		<-over
		t.Fatalf("serve does not end, and says\n%s", d.said)
	}
	return d.ProcessState.ExitCode()
}

// listening reports whether it takes connections.
func (d *daemon) listening() bool {
	c, err := net.DialTimeout("tcp", d.addr, late)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// Serve that is told to stop while answers are slow on both platforms finishes all that it
// took; what comes after that is another's, who is there already. Each is answered once.
func TestStopsUnderLoad(t *testing.T) {
	const crowd = 6
	inSlack, inDiscord := newFakeSlack(t, true), discordfake.New(discordfake.Config{PerBucket: 1000, RequestsPerSecond: 1000, AnswerTime: 2 * late})
	if err := inDiscord.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inDiscord.Close)
	environ := append(inSlack.settings("SLACK_APP_TOKEN="+inSlack.appToken(), "REDIS_URL=redis://"+redistest.Start(t).Addr), discordSettings(inDiscord)...)
	one := startRelease(t, environ...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*late)
	defer cancel()
	if err := inDiscord.Await(ctx, func() bool { return inDiscord.Connected() == 1 }); err != nil || !inSlack.Await(func() bool { return inSlack.Sockets() > 0 }) {
		t.Fatalf("it does not connect: %v\n%s", err, one.said)
	}

	held := inSlack.Inject(slackfake.Fault{Method: "chat.postMessage", Hold: true})
	inDiscord.Fail(discordfake.Fault{Method: "POST", Path: "/messages", Times: -1, Delay: 1500})
	var saying sync.WaitGroup
	team, _ := inSlack.Team(inSlack.ann.Team)
	var channels []string
	ask := func(n int) {
		for range n {
			user := inSlack.AddUser(slackfake.User{Team: team.ID, Name: fmt.Sprint("user", len(channels))})
			channel := inSlack.AddChannel(slackfake.Channel{Team: team.ID, Name: fmt.Sprint("channel", len(channels)), Members: []string{user.ID, team.Bot}})
			channels = append(channels, channel.ID)
			saying.Go(func() { inSlack.As(user.ID).Say(channel.ID, "<@"+team.Bot+"> circuit breaking") })
		}
	}
	ask(crowd)
	if !inSlack.Await(func() bool { return inSlack.Faults()[0].Held == crowd }) {
		t.Fatalf("the mentions are not being answered\n%s", one.said)
	}
	var people []string
	for i := range crowd {
		user := inDiscord.AddUser(fmt.Sprint("user", i)).ID
		people = append(people, user)
		if _, err := inDiscord.DirectMessage(user, "how do I stop calls to a failing service?"); err != nil {
			t.Fatal(err)
		}
	}
	if err := inDiscord.Settle(ctx); err != nil {
		t.Fatal(err)
	}

	one.terminate(t)
	until(t, one.said, func() bool { return !one.listening() })
	ask(crowd) // which the first does not take any more
	two := startRelease(t, environ...)
	inSlack.Release(held)
	if status := one.ended(t); status != 0 {
		t.Errorf("it ends with status %d, and says\n%s", status, one.said)
	}
	for _, user := range people {
		answers := 0
		for _, m := range inDiscord.Messages(inDiscord.Direct(user), user)[1:] {
			if !strings.HasPrefix(m.Text(), "Hello") { // with which it introduces itself as well
				answers++
			}
		}
		if answers != 1 {
			t.Errorf("a direct message that it took is answered %d times\n%s", answers, one.said)
		}
	}
	saying.Wait()
	for i, channel := range channels {
		if !inSlack.Await(func() bool { return len(inSlack.Posts(channel)) > 0 }) || len(inSlack.Posts(channel)) != 1 {
			t.Errorf("mention %d is answered %d times\n%s\n%s", i, len(inSlack.Posts(channel)), one.said, two.said)
		}
	}
	if c := inSlack.Complaints(); len(c) > 0 {
		t.Errorf("Slack complains: %q", c)
	}
}

// stuck is a serve with an answer that comes to no end.
func stuck(t *testing.T, more ...string) *daemon {
	t.Helper()
	f := newFakeSlack(t, true)
	d := startRelease(t, f.settings(append(more, "SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))...)...)
	if !f.Await(func() bool { return f.Sockets() > 0 }) {
		t.Fatal("it opens no socket")
	}
	f.Inject(slackfake.Fault{Method: "chat.postMessage", Hold: true})
	bot, _ := f.Team(f.ann.Team)
	f.As(f.ann.ID).Say(f.channel.ID, "<@"+bot.Bot+"> circuit breaking")
	if !f.Await(func() bool { return f.Faults()[0].Held == 1 }) {
		t.Fatalf("the mention is not answered\n%s", d.said)
	}
	return d
}

// What cannot be finished in ARCHBOT_DRAIN is left, and counted.
func TestStopsInTime(t *testing.T) {
	for drain, says := range map[string]string{"1s": "Slack: not everything could be finished: context deadline exceeded: 1 left", "0": "1 left"} {
		d := stuck(t, "ARCHBOT_DRAIN="+drain)
		d.terminate(t)
		if status := d.ended(t); status != statusUsage || strings.Count(d.said.String(), says) != 1 {
			t.Errorf("with %s it ends with status %d, and says\n%s", drain, status, d.said)
		}
	}
}

// A second signal ends serve at once.
func TestStopsAtOnce(t *testing.T) {
	d := stuck(t, "ARCHBOT_DRAIN=10m")
	d.terminate(t)
	until(t, d.said, func() bool { return !d.listening() })
	d.terminate(t)
	if status := d.ended(t); status != -1 {
		t.Errorf("it ends with status %d, and says\n%s", status, d.said)
	}
	if ws, ok := d.ProcessState.Sys().(syscall.WaitStatus); !ok || ws.Signal() != syscall.SIGTERM {
		t.Errorf("it ends by %v", d.ProcessState)
	}
}
