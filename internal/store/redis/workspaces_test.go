package redis

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"archbot/internal/bot"
	"archbot/internal/store"
	"archbot/internal/store/redistest"
)

// An answer that the network lost has the client send the call again: it is told what
// it would have been told, and not that somebody else was faster.
func TestInstallIsToldAgain(t *testing.T) {
	m := miniredis.RunT(t)
	s := dialled(t, m)
	key := []string{s.key(store.InstallationsKey("slack"))}
	record := store.EncodeInstallation(store.NewVersion(), []byte("one"))
	for i := range 3 {
		if got, err := installScript.Run(t.Context(), s.client, key, "T1", "", record, 10).Int(); err != nil || got != 1 {
			t.Errorf("call %d: %d, %v", i, got, err)
		}
	}
	other := store.EncodeInstallation(store.NewVersion(), []byte("two"))
	if got, err := installScript.Run(t.Context(), s.client, key, "T1", "", other, 10).Int(); err != nil || got != 0 {
		t.Errorf("another: %d, %v", got, err)
	}
}

func TestInstallationsAreBounded(t *testing.T) {
	m := miniredis.RunT(t)
	s := dialled(t, m)
	key := s.key(store.InstallationsKey("slack"))
	var fields []string
	for i := range bot.MaxInstallations {
		fields = append(fields, fmt.Sprint("T", i), string(store.EncodeInstallation(store.NewVersion(), nil)))
	}
	m.HSet(key, fields...)
	scope := bot.Scope{Platform: "slack", Workspace: "one too many"}
	if _, err := s.KeepInstallation(t.Context(), scope, nil, ""); !errors.Is(err, bot.ErrFull) {
		t.Errorf("one too many: %v, want ErrFull", err)
	}
	_, was, err := s.LoadInstallation(t.Context(), bot.Scope{Platform: "slack", Workspace: "T7"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.KeepInstallation(t.Context(), bot.Scope{Platform: "slack", Workspace: "T7"}, nil, was); err != nil {
		t.Errorf("one that is there already: %v", err)
	}
}

// A workspace is forgotten among 100,000 keys of others within the time that resilient
// has for it, and nothing else is.
func TestForgetAmongMany(t *testing.T) {
	server := redistest.Start(t)
	s, err := New(Config{URL: "redis://" + server.Addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const others = 100_000
	fill := redis.NewScript(`for i = 1, ARGV[1] do redis.call('SET', KEYS[1] .. i .. '}:c:C1:', '\1') end`)
	begin := s.prefix + "{slack:T1" // others' names begin alike
	if err := fill.Run(t.Context(), s.client, []string{begin}, others).Err(); err != nil && !errors.Is(err, redis.Nil) {
		t.Fatal(err)
	}
	scope := bot.Scope{Platform: "slack", Workspace: "T1"}
	person := bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}
	for i := range 100 {
		id := bot.ConversationID{Scope: scope, Channel: bot.ChannelID(fmt.Sprint("C", i))}
		if err := s.KeepConversation(t.Context(), id, person, []byte("said"), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := s.ForgetScope(t.Context(), scope); err != nil {
		t.Fatal(err)
	}
	t.Logf("forgot 100 conversations among %d keys in %s", others, time.Since(began).Round(time.Millisecond))
	left, err := s.client.DBSize(t.Context()).Result()
	if kept, keptErr := s.KeptOf(t.Context(), scope); err != nil || keptErr != nil || left != others+1 || len(kept) != 0 {
		t.Errorf("%d keys are left, want %d and the schema; %d are kept (%v, %v)", left, others, len(kept), err, keptErr)
	}
}
