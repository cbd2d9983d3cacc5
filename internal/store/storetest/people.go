package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
)

var savedAt = time.UnixMilli(1_800_000_000_123)

// ids lists a shelf.
func ids(t *testing.T, s *Subject, p bot.Person) string {
	t.Helper()
	shelf, err := s.Store.Saved(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, entry := range shelf {
		b.WriteString(entry.ID + " ")
	}
	return strings.TrimSpace(b.String())
}

func save(t *testing.T, s *Subject, p bot.Person, id, data string) {
	t.Helper()
	ok(t, s.Store.Save(t.Context(), p, bot.Saved{ID: id, Data: []byte(data), At: savedAt}))
}

func testShelf(t *testing.T, s *Subject) {
	for _, id := range []string{"c", "a", "b", "#", "="} {
		save(t, s, ann, id, "of "+id)
	}
	save(t, s, ann, "a", "another\x00:\xff")
	save(t, s, ben, "x", "")
	if got := ids(t, s, ann); got != "c a b # =" {
		t.Errorf("shelf %q: want the order of saving, with one replaced where it stood", got)
	}
	shelf := must[[]bot.Saved](t)(s.Store.Saved(t.Context(), ann))
	if diff := cmp.Diff(bot.Saved{ID: "a", Data: []byte("another\x00:\xff"), At: savedAt}, shelf[1]); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	remove := must[bool](t)
	if !remove(s.Store.Unsave(t.Context(), ann, "c")) || remove(s.Store.Unsave(t.Context(), ann, "c")) ||
		remove(s.Store.Unsave(t.Context(), ann, "")) || remove(s.Store.Unsave(t.Context(), ann, "x")) {
		t.Error("Unsave does not tell what was there from what was not")
	}
	save(t, s, ann, "c", "")
	if got := ids(t, s, ann) + "|" + ids(t, s, ben) + "|" + ids(t, s, dora); got != "a b # = c|x|" {
		t.Errorf("shelves %q", got)
	}
	if !remove(s.Store.Unsave(t.Context(), ben, "x")) || ids(t, s, ben) != "" {
		t.Error("the last entry stays")
	}
	if err := s.Store.Save(t.Context(), ann, bot.Saved{}); err == nil {
		t.Error("an entry without an id was saved")
	}
}

func testFullShelf(t *testing.T, s *Subject) {
	for i := range bot.MaxShelf {
		save(t, s, ann, fmt.Sprint(i), "")
	}
	if err := s.Store.Save(t.Context(), ann, bot.Saved{ID: "more", At: savedAt}); !errors.Is(err, bot.ErrFull) {
		t.Errorf("one too many: %v, want ErrFull", err)
	}
	save(t, s, ann, "7", "replaced")
	must[bool](t)(s.Store.Unsave(t.Context(), ann, "0"))
	save(t, s, ann, "more", "")
	if got := ids(t, s, ann); strings.Count(got, " ") != bot.MaxShelf-1 || !strings.HasSuffix(got, " more") {
		t.Errorf("shelf %q", got)
	}
}

func testShelfExpires(t *testing.T, s *Subject) {
	save(t, s, ann, "a", "")
	for range 3 {
		s.Advance(bot.ShelfMemory / 2)
		if got := ids(t, s, ann); got != "a" {
			t.Fatalf("a shelf that is looked at: %q", got)
		}
	}
	s.Advance(bot.ShelfMemory + time.Hour)
	if got := ids(t, s, ann); got != "" {
		t.Errorf("a shelf that nobody looked at: %q", got)
	}
}

// fill keeps something of every sort for a person, in two scopes.
func fill(t *testing.T, s *Subject, p bot.Person, scopes ...bot.Scope) (threads []bot.ConversationID, token bot.TokenID) {
	t.Helper()
	save(t, s, p, "a", "")
	for _, scope := range scopes {
		id := bot.ConversationID{Scope: scope, Channel: bot.ChannelID("C" + p.User), Thread: "1"}
		ok(t, s.Store.KeepConversation(t.Context(), id, p, []byte("said"), time.Hour))
		token = must[bot.TokenID](t)(s.Store.KeepToken(t.Context(), scope, p, []byte("asked by "+p.User), time.Hour))
		threads = append(threads, id)
	}
	return threads, token
}

func testForget(t *testing.T, s *Subject) {
	annThreads, annToken := fill(t, s, ann, workspace)
	benThreads, benToken := fill(t, s, ben, workspace)
	doraThreads, doraToken := fill(t, s, dora, direct, guild, other)
	ok(t, s.Store.KeepConversation(t.Context(), annThreads[0], ben, []byte("both spoke"), time.Hour))

	ok(t, s.Store.Forget(t.Context(), ann))
	ok(t, s.Store.Forget(t.Context(), dora))
	get := must[[]byte](t)
	for _, id := range append(annThreads, doraThreads...) {
		if got := load(t, s, id); got != "-" {
			t.Errorf("%+v is not forgotten: %q", id, got)
		}
	}
	for _, scope := range []bot.Scope{direct, guild, other} {
		if got := get(s.Store.LoadToken(t.Context(), scope, doraToken)); got != nil {
			t.Errorf("a token in %+v is not forgotten: %q", scope, got)
		}
	}
	if got := get(s.Store.LoadToken(t.Context(), workspace, annToken)); got != nil {
		t.Errorf("a token is not forgotten: %q", got)
	}
	if got := ids(t, s, ann) + "|" + ids(t, s, dora); got != "|" {
		t.Errorf("shelves are not forgotten: %q", got)
	}
	if ids(t, s, ben) != "a" || load(t, s, benThreads[0]) != "said" || get(s.Store.LoadToken(t.Context(), workspace, benToken)) == nil {
		t.Error("somebody else was forgotten")
	}
	ok(t, s.Store.Forget(t.Context(), ann)) // once more harms nobody
}

// Whatever Forget comes between, another Forget finds all that is left.
func testForgetRace(t *testing.T, s *Subject) {
	var wg sync.WaitGroup
	for _, scope := range []bot.Scope{direct, guild} {
		for i := range 8 {
			wg.Go(func() {
				id := bot.ConversationID{Scope: scope, Channel: bot.ChannelID(fmt.Sprint("C", i))}
				if err := s.Store.KeepConversation(t.Context(), id, dora, []byte("said"), time.Hour); err != nil {
					t.Error(err)
				}
			})
		}
	}
	for range 4 {
		wg.Go(func() {
			if err := s.Store.Forget(t.Context(), dora); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ok(t, s.Store.Forget(t.Context(), dora))
	for _, scope := range []bot.Scope{direct, guild} {
		for i := range 8 {
			if got := load(t, s, bot.ConversationID{Scope: scope, Channel: bot.ChannelID(fmt.Sprint("C", i))}); got != "-" {
				t.Errorf("%+v %d outlives Forget: %q", scope, i, got)
			}
		}
	}
}

func testSizes(t *testing.T, s *Subject) {
	large := func(n int) []byte { return make([]byte, n) }
	id := bot.ConversationID{Scope: workspace, Channel: "C1"}
	_, tokenErr := s.Store.KeepToken(t.Context(), workspace, ann, large(bot.MaxToken+1), time.Hour)
	_, arrivedErr := s.Store.Arrived(t.Context(), "a.md", make([]string, bot.MaxArrivals+1), savedAt)
	for name, err := range map[string]error{
		"conversation": s.Store.KeepConversation(t.Context(), id, ann, large(bot.MaxConversation+1), time.Hour),
		"token":        tokenErr,
		"arrivals":     arrivedErr,
		"saved id":     s.Store.Save(t.Context(), ann, bot.Saved{ID: string(large(bot.MaxSavedID + 1))}),
		"saved data":   s.Store.Save(t.Context(), ann, bot.Saved{ID: "a", Data: large(bot.MaxSavedData + 1)}),
	} {
		if !errors.Is(err, bot.ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	ok(t, s.Store.KeepConversation(t.Context(), id, ann, large(bot.MaxConversation), bot.MaxMemory))
	ok(t, s.Store.Save(t.Context(), ann, bot.Saved{ID: string(large(bot.MaxSavedID)), Data: large(bot.MaxSavedData)}))
	if got := load(t, s, id); len(got) != bot.MaxConversation {
		t.Errorf("%d bytes of %d", len(got), bot.MaxConversation)
	}
	for _, keep := range []time.Duration{0, -time.Hour, bot.MaxMemory + 1} {
		if err := s.Store.KeepConversation(t.Context(), id, ann, nil, keep); err == nil {
			t.Errorf("kept for %s", keep)
		}
	}
}

// Ids are a platform's own words; none reaches another's state.
func testHostileIDs(t *testing.T, s *Subject) {
	words := []string{
		"", "}", "{", "a}:s:b", "{x}", "a:b", "a", "b", "%7D", "@a", "a\x00b", "a\nb", "ü", "\xff\xfe", "*", "a b",
		strings.Repeat("x", 5000), strings.Repeat("x", 5001), strings.Repeat("}", 129), "~00",
	}
	seen := make(map[string]string)
	for i, w := range words {
		for j, scope := range []bot.Scope{
			{Platform: bot.Platform(w), Workspace: "T1"}, {Platform: "slack", Workspace: bot.WorkspaceID("W" + w)},
			{Platform: "slack", User: bot.UserID(w)}, {Platform: "slack", Workspace: bot.WorkspaceID("@" + w)},
		} {
			id := bot.ConversationID{Scope: scope, Channel: bot.ChannelID(w), Thread: bot.MessageID(w)}
			name := fmt.Sprintf("%d/%d", i, j)
			if got := load(t, s, id); got != "-" {
				t.Errorf("%q meets %s", w, seen[got])
			}
			ok(t, s.Store.KeepConversation(t.Context(), id, bot.Person(scope), []byte(name), time.Hour))
			seen[name] = fmt.Sprintf("%q as in %d", w, j)
		}
	}
	for i, w := range words {
		p := bot.Person{Platform: "slack", Workspace: "T1", User: bot.UserID(w)}
		save(t, s, p, fmt.Sprint(i), "")
		if got := ids(t, s, p); got != fmt.Sprint(i) {
			t.Errorf("the shelf of %q: %q", w, got)
		}
		if !must[bool](t)(s.Store.FirstTime(t.Context(), workspace, bot.EventID(w), bot.EventMemory)) {
			t.Errorf("event %q is not new", w)
		}
	}
}
