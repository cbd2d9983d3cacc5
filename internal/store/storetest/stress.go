package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"archbot/internal/bot"
)

// testStress has 64 goroutines do everything at once; the race detector looks on.
func testStress(t *testing.T, s *Subject) {
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if err := everything(t, s, i); err != nil {
				t.Errorf("goroutine %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	// Whoever was not forgotten since has a whole shelf.
	for i := range 8 {
		p := bot.Person{Platform: "slack", Workspace: "T1", User: bot.UserID(fmt.Sprint("U", i))}
		shelf, err := s.Store.Saved(t.Context(), p)
		if err != nil || len(shelf) > 8 {
			t.Errorf("shelf of %s: %d entries, %v", p.User, len(shelf), err)
		}
	}
}

// everything calls each operation once or twice, on state that eight share.
func everything(t *testing.T, s *Subject, i int) error {
	t.Helper()
	ctx := t.Context()
	user := bot.UserID(fmt.Sprint("U", i%8))
	p := bot.Person{Platform: "slack", Workspace: "T1", User: user}
	id := bot.ConversationID{Scope: workspace, Channel: "C1", Thread: bot.MessageID(fmt.Sprint(i % 4))}
	rate := bot.Rate{Every: time.Millisecond, Burst: 20}
	var errs []error
	check := func(err error) { errs = append(errs, err) }
	for n := range 2 {
		_, err := s.Store.Take(ctx, spend(workspace, "C1", user, 1, bot.Limits{User: rate, Channel: rate, Workspace: rate}))
		check(err)
		_, err = s.Store.FirstTime(ctx, workspace, bot.EventID(fmt.Sprint(i, n)), bot.EventMemory)
		check(err)
		check(s.Store.KeepConversation(ctx, id, p, fmt.Append(nil, i), time.Hour))
		_, err = s.Store.LoadConversation(ctx, id)
		check(err)
		token, err := s.Store.KeepToken(ctx, workspace, p, fmt.Append(nil, i), time.Hour)
		check(err)
		_, err = s.Store.LoadToken(ctx, workspace, token)
		check(err)
		check(s.Store.Save(ctx, p, bot.Saved{ID: fmt.Sprint(i), At: savedAt}))
		_, err = s.Store.Saved(ctx, p)
		check(err)
		_, err = s.Store.Arrived(ctx, "a.md", []string{fmt.Sprint(i), "common"}, savedAt)
		check(err)
		_, err = s.Store.SigningKey(ctx)
		check(err)
	}
	switch i % 4 {
	case 0:
		_, err := s.Store.Unsave(ctx, p, fmt.Sprint(i))
		check(err)
	case 1:
		check(s.Store.EndConversation(ctx, id))
	case 2:
		check(s.Store.Forget(ctx, p))
	}
	return errors.Join(errs...)
}

// testRestart shows what outlives a process: all of it.
func testRestart(t *testing.T, s *Subject) {
	if s.Reopen == nil {
		return // nothing does
	}
	one := spend(workspace, "C1", "U1", 2, bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 2}})
	must[bot.Verdict](t)(s.Store.Take(t.Context(), one))
	must[bool](t)(s.Store.FirstTime(t.Context(), workspace, "Ev1", bot.EventMemory))
	threads, token := fill(t, s, ann, workspace)
	key := must[[]byte](t)(s.Store.SigningKey(t.Context()))
	must[[]time.Time](t)(s.Store.Arrived(t.Context(), "a.md", []string{"u"}, savedAt))

	s.Store = s.Reopen()
	if v := must[bot.Verdict](t)(s.Store.Take(t.Context(), one)); v.Allowed {
		t.Error("limits do not outlive a restart")
	}
	if must[bool](t)(s.Store.FirstTime(t.Context(), workspace, "Ev1", bot.EventMemory)) {
		t.Error("events do not outlive a restart")
	}
	if load(t, s, threads[0]) != "said" || ids(t, s, ann) != "a" {
		t.Error("conversations or shelves do not outlive a restart")
	}
	if must[[]byte](t)(s.Store.LoadToken(t.Context(), workspace, token)) == nil {
		t.Error("tokens do not outlive a restart")
	}
	if string(must[[]byte](t)(s.Store.SigningKey(t.Context()))) != string(key) {
		t.Error("the signing key does not outlive a restart")
	}
	at := must[[]time.Time](t)(s.Store.Arrived(t.Context(), "a.md", []string{"u"}, savedAt.Add(time.Hour)))
	if at[0].Unix() != savedAt.Unix() {
		t.Error("arrivals do not outlive a restart")
	}
	ok(t, s.Store.Forget(t.Context(), ann))
	if load(t, s, threads[0]) != "-" || ids(t, s, ann) != "" {
		t.Error("what outlives a restart is not forgotten")
	}
}
