package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/bot"
)

// installed reads an installation, as text; "-" for none.
func installed(t *testing.T, s *Subject, scope bot.Scope) (string, bot.Version) {
	t.Helper()
	data, version, err := s.Store.LoadInstallation(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	if (version == "") != (data == nil) {
		t.Errorf("version %q of %q", version, data)
	}
	if version == "" {
		return "-", ""
	}
	return string(data), version
}

// install keeps an installation in place of whatever there is.
func install(t *testing.T, s *Subject, scope bot.Scope, data string) bot.Version {
	t.Helper()
	_, was := installed(t, s, scope)
	return must[bot.Version](t)(s.Store.KeepInstallation(t.Context(), scope, []byte(data), was))
}

func testInstallations(t *testing.T, s *Subject) {
	keep := func(data string, was bot.Version) (bot.Version, error) {
		return s.Store.KeepInstallation(t.Context(), workspace, []byte(data), was)
	}
	if got, _ := installed(t, s, workspace); got != "-" {
		t.Errorf("at first: %q", got)
	}
	one := must[bot.Version](t)(keep("one\x00\xff", ""))
	if got, v := installed(t, s, workspace); got != "one\x00\xff" || v != one {
		t.Errorf("%q in version %q, not %q", got, v, one)
	}
	for _, wrong := range []bot.Version{"", "no such version", "0123456789abcdef"} {
		if _, err := keep("two", wrong); !errors.Is(err, bot.ErrConflict) {
			t.Errorf("in place of version %q: %v, want ErrConflict", wrong, err)
		}
	}
	two := must[bot.Version](t)(keep("two", one))
	if _, err := keep("three", one); !errors.Is(err, bot.ErrConflict) || two == one {
		t.Errorf("in place of an old version: %v", err)
	}
	install(t, s, other, "other")
	discord := bot.Scope{Platform: "discord", Workspace: "T1"}
	install(t, s, discord, "")
	if got, _ := installed(t, s, workspace); got != "two" {
		t.Errorf("%q", got)
	}
	if got, v := installed(t, s, discord); got != "" || v == "" {
		t.Errorf("one that is empty: %q in version %q", got, v)
	}
	if got := must[[]bot.WorkspaceID](t)(s.Store.Installed(t.Context(), "slack")); !slices.Equal(got, []bot.WorkspaceID{"T1", "T2"}) {
		t.Errorf("installed in %q", got)
	}
	s.Advance(3 * bot.ShelfMemory)
	if got, _ := installed(t, s, workspace); got != "two" {
		t.Errorf("years later: %q", got)
	}
	if err := s.Store.EraseInstallation(t.Context(), workspace, one); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("erasing an old version: %v", err)
	}
	ok(t, s.Store.EraseInstallation(t.Context(), workspace, two))
	ok(t, s.Store.EraseInstallation(t.Context(), workspace, two)) // once more harms nobody
	if got, _ := installed(t, s, workspace); got != "-" {
		t.Errorf("erased: %q", got)
	}
	// What was erased does not come back by whoever has not heard of it, also when it
	// was installed anew.
	if _, err := keep("ghost", two); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("an erased version is replaced: %v", err)
	}
	again := must[bot.Version](t)(keep("anew", ""))
	if _, err := keep("ghost", two); !errors.Is(err, bot.ErrConflict) || again == one || again == two {
		t.Errorf("a version comes again: %v", err)
	}
	if got := must[[]bot.WorkspaceID](t)(s.Store.Installed(t.Context(), "none")); len(got) != 0 {
		t.Errorf("installed on no platform: %q", got)
	}
}

// Of many who would replace the same version, one does.
func testInstallationsRace(t *testing.T, s *Subject) {
	was := install(t, s, workspace, "old")
	for range 3 {
		var wg sync.WaitGroup
		var won atomic.Int64
		var next atomic.Value
		for i := range 16 {
			wg.Go(func() {
				v, err := s.Store.KeepInstallation(t.Context(), workspace, fmt.Append(nil, i), was)
				switch {
				case err == nil:
					won.Add(1)
					next.Store(v)
				case !errors.Is(err, bot.ErrConflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d have replaced one version", won.Load())
		}
		was, _ = next.Load().(bot.Version)
	}
}

func testInstallationSizes(t *testing.T, s *Subject) {
	_, err := s.Store.KeepInstallation(t.Context(), workspace, make([]byte, bot.MaxInstallation+1), "")
	if !errors.Is(err, bot.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	must[bot.Version](t)(s.Store.KeepInstallation(t.Context(), workspace, make([]byte, bot.MaxInstallation), ""))
	for _, none := range []bot.Scope{{Platform: "slack"}, {Platform: "slack", User: "U1"}, {}} {
		if _, err := s.Store.KeepInstallation(t.Context(), none, nil, ""); err == nil {
			t.Errorf("%+v is taken for a workspace", none)
		}
	}
	for _, id := range []bot.WorkspaceID{"}", "a:b", "a\x00b", "*", "\xff", "T1\x00", "~"} {
		scope := bot.Scope{Platform: "slack", Workspace: id}
		install(t, s, scope, string(id))
		if got, _ := installed(t, s, scope); got != string(id) {
			t.Errorf("%q is kept as %q", id, got)
		}
	}
	if got := must[[]bot.WorkspaceID](t)(s.Store.Installed(t.Context(), "slack")); len(got) != 8 || !slices.IsSorted(got) {
		t.Errorf("installed in %q", got)
	}
}

func testForgetScope(t *testing.T, s *Subject) {
	// Somebody from elsewhere speaks in the workspace, and somebody of its own elsewhere.
	guest := bot.Person{Platform: "slack", Workspace: "T2", User: "U9"}
	annThreads, annToken := fill(t, s, ann, workspace, other)
	guestThreads, guestToken := fill(t, s, guest, workspace, other)
	must[bool](t)(s.Store.FirstTime(t.Context(), workspace, "met/C1", bot.MeetingMemory))
	must[bool](t)(s.Store.FirstTime(t.Context(), other, "met/C1", bot.MeetingMemory))
	install(t, s, workspace, "token")
	near := bot.Scope{Platform: "slack", Workspace: "T11"} // whose name begins alike
	nearThreads, _ := fill(t, s, bot.Person{Platform: "slack", Workspace: "T11", User: "U1"}, near)
	one := spend(workspace, "C1", "U1", 1, bot.Limits{User: bot.Rate{Every: time.Hour, Burst: 1}})
	must[bot.Verdict](t)(s.Store.Take(t.Context(), one))

	kept := must[[]bot.Kept](t)(s.Store.KeptOf(t.Context(), workspace))
	if got := describe(kept); got != "c:CU1:1 said, c:CU9:1 said, s:U1 [a], t:"+string(annToken)+" asked by U1, t:"+string(guestToken)+" asked by U9" &&
		got != "c:CU1:1 said, c:CU9:1 said, s:U1 [a], t:"+string(guestToken)+" asked by U9, t:"+string(annToken)+" asked by U1" {
		t.Errorf("kept: %s", got)
	}
	ok(t, s.Store.ForgetScope(t.Context(), workspace))
	if kept := must[[]bot.Kept](t)(s.Store.KeptOf(t.Context(), workspace)); len(kept) != 0 {
		t.Errorf("still kept: %s", describe(kept))
	}
	get := must[[]byte](t)
	if got := load(t, s, annThreads[0]) + load(t, s, annThreads[1]) + load(t, s, guestThreads[0]); got != "---" {
		t.Errorf("conversations of the workspace and of its people: %q", got)
	}
	if ids(t, s, ann) != "" || get(s.Store.LoadToken(t.Context(), workspace, annToken)) != nil || get(s.Store.LoadToken(t.Context(), workspace, guestToken)) != nil {
		t.Error("a shelf or a token is left")
	}
	if load(t, s, guestThreads[1]) != "said" || ids(t, s, guest) != "a" || get(s.Store.LoadToken(t.Context(), other, guestToken)) == nil || load(t, s, nearThreads[0]) != "said" {
		t.Error("something of another workspace is forgotten")
	}
	first := must[bool](t)
	if !first(s.Store.FirstTime(t.Context(), workspace, "met/C1", bot.MeetingMemory)) || first(s.Store.FirstTime(t.Context(), other, "met/C1", bot.MeetingMemory)) {
		t.Error("who was met is not forgotten, or forgotten elsewhere")
	}
	if got, _ := installed(t, s, workspace); got != "token" {
		t.Errorf("the installation: %q", got)
	}
	if v := must[bot.Verdict](t)(s.Store.Take(t.Context(), one)); v.Allowed {
		t.Error("a way around the rate limits")
	}
	ok(t, s.Store.ForgetScope(t.Context(), workspace)) // once more harms nobody
	for _, none := range []bot.Scope{{Platform: "slack"}, {Platform: "slack", User: "U1"}, {}} {
		if _, err := s.Store.KeptOf(t.Context(), none); err == nil || s.Store.ForgetScope(t.Context(), none) == nil {
			t.Errorf("%+v is taken for a workspace", none)
		}
	}
}

func describe(kept []bot.Kept) string {
	var all []string
	for _, k := range kept {
		text := k.Name + " " + string(k.Data)
		for _, entry := range k.Shelf {
			text += "[" + entry.ID + "]"
		}
		if k.Until.IsZero() {
			text += " for ever"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// Names with signs that mean something in a pattern stand for themselves.
func testForgetScopePatterns(t *testing.T, s *Subject) {
	wild := []bot.WorkspaceID{"*", "T?", "T[12]", "T[^3]", `T\1`, "T1"}
	thread := func(w bot.WorkspaceID) bot.ConversationID {
		return bot.ConversationID{Scope: bot.Scope{Platform: "slack", Workspace: w}, Channel: "C1"}
	}
	for i, w := range wild {
		for _, all := range wild {
			ok(t, s.Store.KeepConversation(t.Context(), thread(all), dora, []byte("said"), time.Hour))
		}
		ok(t, s.Store.ForgetScope(t.Context(), thread(w).Scope))
		for j, all := range wild {
			if want := map[bool]string{true: "-", false: "said"}[i == j]; load(t, s, thread(all)) != want {
				t.Errorf("after %q was forgotten, %q has %q", w, all, load(t, s, thread(all)))
			}
		}
	}
}

// everythingOf is a goroutine's part of the stress test with workspaces.
func everythingOf(ctx context.Context, s *Subject, i int) error {
	scope := bot.Scope{Platform: "slack", Workspace: bot.WorkspaceID(fmt.Sprint("W", i%4))}
	for n := range 2 {
		_, was, err := s.Store.LoadInstallation(ctx, scope)
		if err != nil {
			return err
		}
		if _, err := s.Store.KeepInstallation(ctx, scope, fmt.Append(nil, i, n), was); err != nil && !errors.Is(err, bot.ErrConflict) {
			return err
		}
		if i%8 == 7 {
			if err := s.Store.EraseInstallation(ctx, scope, was); err != nil && !errors.Is(err, bot.ErrConflict) {
				return err
			}
		}
	}
	if _, err := s.Store.Installed(ctx, "slack"); err != nil {
		return err
	}
	if i%16 == 3 {
		if err := s.Store.ForgetScope(ctx, scope); err != nil {
			return err
		}
	}
	_, err := s.Store.KeptOf(ctx, scope)
	return err
}
