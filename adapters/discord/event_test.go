package discord

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/adapters/discord/discordfake"
	"archbot/internal/bot"
)

// Where the bot may not write, who asked is told how to let it, and the channel is left
// alone for a while.
func TestShutOut(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		_, stop := b.begin(&echo{})
		b.SetPermissions(b.channel, discordfake.PermissionViewChannel)
		for range 3 {
			if _, err := b.Mention(b.by(), "caching?"); err != nil {
				t.Fatal(err)
			}
			b.pass(time.Second)
		}
		got := b.answered()
		if len(got) != 3 || !strings.Contains(got[0], "Send Messages") {
			t.Errorf("direct messages: %q", got)
		}
		if n := b.Invalid(); n != 1 {
			t.Errorf("%d requests were refused", n)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTypingIsSeen(t *testing.T) {
	for took, want := range map[time.Duration]int{100 * time.Millisecond: 0, time.Second: 1, 20 * time.Second: 3} {
		inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
			t := b.t
			_, stop := b.begin(slow(took, bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: "Late."})())
			b.said(0, 1)
			b.pass(time.Minute)
			if n := len(b.Typing()); n != want {
				t.Errorf("an answer that takes %v: seen typing %d times, want %d", took, n, want)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The bot answers who speaks to it, and nobody else.
func TestOnlyWhatIsForTheBotIsAnswered(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		who := &echo{}
		_, stop := b.begin(who)
		for _, text := range []string{"hello everybody", "@everyone caching", "<@1> caching"} {
			if _, err := b.Say(b.by(), text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Mention(b.by(), "what is <@"+b.Bot().ID+"> sharding?"); err != nil {
			t.Fatal(err)
		}
		b.pass(time.Minute)
		if len(who.texts) != 1 || strings.Join(strings.Fields(who.texts[0]), " ") != "what is sharding?" {
			t.Errorf("asked: %q", who.texts)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A message is held while it is answered, and settled once its answer is there; an
// interaction, which nobody delivers again, is settled from the beginning.
func TestMessagesAreHeld(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		var held, settled []time.Duration
		who := &echo{handle: func(_ context.Context, r bot.Request) bot.Reply {
			held = append(held, r.Hold)
			return bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: "You said " + r.Text + "."}
		}}
		who.settle = func(r bot.Request) {
			settled = append(settled, r.Hold)
			if answers := b.answered(); !slices.Contains(answers, "You said "+r.Text+".") {
				t.Errorf("%q is settled, and the answers are %q", r.Text, answers)
			}
		}
		_, stop := b.begin(who)
		b.said(0, 1)
		b.pass(time.Minute)
		if !slices.Equal(held, []time.Duration{holdTime}) || !slices.Equal(settled, held) {
			t.Errorf("a message is held for %v, and settled: %v", held, settled)
		}
		b.search("caching")
		b.pass(time.Minute)
		if !slices.Equal(held, []time.Duration{holdTime, 0}) || len(settled) != 1 {
			t.Errorf("with an interaction it is held for %v, and settled: %v", held, settled)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestGreetingWhereItIsAdded(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		core := demoBot(t)
		_, stop := b.begin(core)
		guild, channel := b.AddGuild("new one")
		b.pass(time.Minute)
		hello := func(channel string) int {
			n := 0
			for _, m := range b.Messages(channel, "") {
				if strings.Contains(m.Text(), "Hello, I am archbot") {
					n++
				}
			}
			return n
		}
		b.Outage(guild, true)
		b.Outage(guild, false)
		b.Drop(0)
		b.pass(time.Minute)
		if got := hello(channel); got != 1 {
			t.Errorf("it said hello %d times where it was added", got)
		}
		if got := hello(b.channel); got != 0 {
			t.Errorf("it said hello %d times where it has been", got)
		}
		if log := b.log.String(); strings.Contains(log, "taken out") {
			t.Errorf("an outage is taken for a removal:\n%s", log)
		}
		b.RemoveGuild(guild)
		b.pass(time.Second)
		if !strings.Contains(b.log.String(), "taken out") {
			t.Error("a removal is not noticed")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// Who may manage the server may change what concerns others, in a message too.
func TestWhoMayAdministerByMessage(t *testing.T) {
	inBubble(t, discordfake.Config{PerBucket: 100}, func(b *bubble) {
		t := b.t
		who := &echo{handle: func(ctx context.Context, r bot.Request) bot.Reply {
			may, err := r.MayAdminister(ctx)
			return bot.Reply{Kind: bot.Done, For: bot.ToAll, Text: fmt.Sprint(may, " ", err)}
		}}
		_, stop := b.begin(who)
		for user, want := range map[string]string{b.user.ID: "false <nil>", b.Owner(b.guild): "true <nil>"} {
			m, err := b.Mention(discordfake.By{User: user, Guild: b.guild, Channel: b.channel}, "digest add caching")
			if err != nil {
				t.Fatal(err)
			}
			b.pass(time.Minute)
			for _, answer := range b.Messages(b.channel, "") {
				if answer.Reference == m.ID && unescaped(answer.Text()) != want {
					t.Errorf("%q, want %q", answer.Text(), want)
				}
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
