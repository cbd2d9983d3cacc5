package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// world is a bot with a state, a clock that is moved by hand, and a list that can
// be another one the next moment.
type world struct {
	*bot.Bot
	library *shelfLibrary
	state   *trying
	now     time.Time
	log     *strings.Builder
}

type shelfLibrary struct{ list bot.List }

func (l *shelfLibrary) Current() bot.List { return l.list }

// trying is a state whose calls can be made to fail, and which counts them.
type trying struct {
	bot.State
	err   error
	takes []bot.Spend
	keeps int
}

func (s *trying) Take(ctx context.Context, spend bot.Spend) (bot.Verdict, error) {
	s.takes = append(s.takes, spend)
	if s.err != nil {
		return bot.Verdict{}, s.err
	}
	return s.State.Take(ctx, spend)
}

func (s *trying) FirstTime(ctx context.Context, scope bot.Scope, id bot.EventID, keep time.Duration) (bool, error) {
	if s.err != nil {
		return false, s.err
	}
	return s.State.FirstTime(ctx, scope, id, keep)
}

func (s *trying) KeepToken(ctx context.Context, scope bot.Scope, by bot.Person, payload []byte, keep time.Duration) (bot.TokenID, error) {
	if s.keeps++; s.err != nil {
		return "", s.err
	}
	return s.State.KeepToken(ctx, scope, by, payload, keep)
}

func (s *trying) LoadToken(ctx context.Context, scope bot.Scope, id bot.TokenID) ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.State.LoadToken(ctx, scope, id)
}

func (s *trying) Save(ctx context.Context, p bot.Person, entry bot.Saved) error {
	if s.err != nil {
		return s.err
	}
	return s.State.Save(ctx, p, entry)
}

func (s *trying) Saved(ctx context.Context, p bot.Person) ([]bot.Saved, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.State.Saved(ctx, p)
}

func (s *trying) Arrived(ctx context.Context, list bot.ListID, urls []string, at time.Time) ([]time.Time, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.State.Arrived(ctx, list, urls, at)
}

func (s *trying) Forget(ctx context.Context, p bot.Person) error {
	if s.err != nil {
		return s.err
	}
	return s.State.Forget(ctx, p)
}

func (s *trying) SigningKey(ctx context.Context) ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.State.SigningKey(ctx)
}

func newWorld(t testing.TB, src string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC), log: &strings.Builder{}}
	w.state = &trying{State: memory.New(func() time.Time { return w.now })}
	w.library = &shelfLibrary{}
	w.holds(t, src)
	w.restart(bot.Limits{})
	return w
}

// restart puts another bot on the same state, as another replica or a new process.
func (w *world) restart(limits bot.Limits, keys ...string) {
	w.Bot = bot.New(bot.Config{
		Library: w.library, Log: slog.New(slog.NewTextHandler(w.log, nil)), State: w.state,
		Limits: limits, Keys: keys, Version: "v1.2.3",
		Now: func() time.Time { return w.now }, Pick: func(n int) int { return n - 1 },
	})
}

// holds changes the list.
func (w *world) holds(t testing.TB, src string) {
	t.Helper()
	w.library.list = bot.List{Index: index(t, src), ID: "demo", Names: []string{"list.md"}, Read: w.now}
}

// ann asks in a workspace's channel.
func ann(text string) bot.Request {
	return bot.Request{
		Platform: "test", Workspace: "W", Home: "W", Channel: "C", User: "ann",
		Surface: bot.SurfaceCommand, Zone: "Europe/Berlin", Text: text,
	}
}

// press is ann pressing a button.
func press(b bot.Button) bot.Request {
	r := ann("")
	r.Surface, r.Token = bot.SurfaceButton, b.Token
	return r
}

func (w *world) ask(t testing.TB, r bot.Request) bot.Reply {
	t.Helper()
	return w.Handle(t.Context(), r)
}

func buttons(r bot.Reply) []bot.Button {
	var all []bot.Button
	for _, res := range r.Resources {
		all = append(all, res.Buttons...)
	}
	all = append(all, r.Buttons...)
	for _, m := range r.Menus {
		all = append(all, m.Choices...)
	}
	return all
}

// button finds the first button of a kind.
func button(t testing.TB, r bot.Reply, kind bot.ButtonKind) bot.Button {
	t.Helper()
	all := buttons(r)
	i := slices.IndexFunc(all, func(b bot.Button) bool { return b.Kind == kind })
	if i < 0 {
		t.Fatalf("no button %s beside %q: %+v", kind, r.Text, all)
	}
	return all[i]
}

func TestReadingList(t *testing.T) {
	w := newWorld(t, kinds)
	if r := w.ask(t, ann("saved")); r.Kind != bot.Reading || !strings.Contains(r.Text, "empty") {
		t.Fatalf("at first: %s %q", r.Kind, r.Text)
	}
	for _, text := range []string{"save Cache talk", "save https://example.com/paper/", "save cache docs", "save Cache talk"} {
		if r := w.ask(t, ann(text)); r.Kind != bot.Done || r.For != bot.ToOne {
			t.Errorf("%s: %s %q", text, r.Kind, r.Text)
		}
	}
	r := w.ask(t, ann("saved"))
	if got := titles(r); !slices.Equal(got, []string{"Cache talk", "Cache paper", "Cache docs"}) {
		t.Errorf("saved shows %v", got)
	}
	// Half past eleven in the night, UTC, is the next day in Berlin.
	if r.Resources[0].Remark != "Saved on 5 March 2026." {
		t.Errorf("the remark is %q", r.Resources[0].Remark)
	}
	if got := titles(w.ask(t, ann("saved kind:paper"))); !slices.Equal(got, []string{"Cache paper"}) {
		t.Errorf("of a kind: %v", got)
	}
	bob := ann("saved")
	bob.User = "bob"
	if r := w.ask(t, bob); len(r.Resources) != 0 {
		t.Errorf("bob sees %v", titles(r))
	}
	w.ask(t, ann("unsave Cache talk"))
	w.ask(t, press(button(t, w.ask(t, ann("saved")), bot.ButtonUnsave)))
	if got := titles(w.ask(t, ann("saved"))); !slices.Equal(got, []string{"Cache docs"}) {
		t.Errorf("after two went: %v", got)
	}
	for _, text := range []string{"unsave Cache talk", "unsave knitting"} {
		if r := w.ask(t, ann(text)); r.Kind != bot.Done || !strings.Contains(r.Text, "not on your reading list") {
			t.Errorf("%s: %s %q", text, r.Kind, r.Text)
		}
	}
	if r := w.ask(t, bot.Request{Command: "save", Text: "Knitting", User: "ann"}); r.Kind != bot.Misuse {
		t.Errorf("what the list has not: %s %q", r.Kind, r.Text)
	}
}

func TestReadingListHasPages(t *testing.T) {
	var src strings.Builder
	src.WriteString("# L\n\n## T\n")
	w := newWorld(t, "# L\n\n## T\n- [x](https://example.com/x) - X.\n")
	for _, c := range "abcdefghijkl" {
		src.WriteString("- [R" + string(c) + "](https://example.com/" + string(c) + ") - One.\n")
	}
	w.holds(t, src.String())
	for _, c := range "abcdefghijkl" {
		w.ask(t, ann("save R"+string(c)))
	}
	first := w.ask(t, ann("saved"))
	second := w.ask(t, press(button(t, first, bot.ButtonNext)))
	if len(first.Resources) != 10 || !first.More || len(second.Resources) != 2 || second.Page != 2 || second.More {
		t.Errorf("pages of %d and %d", len(first.Resources), len(second.Resources))
	}
}

// A saved entry that the list has no longer says so, and can be taken off.
func TestSavedEntryThatIsGone(t *testing.T) {
	w := newWorld(t, kinds)
	w.ask(t, ann("save Cache talk"))
	save := button(t, w.ask(t, ann("cache kind:paper")), bot.ButtonSave)
	w.holds(t, "# Kinds\n\n## Caching\n- [Other](https://example.com/other) - Else.\n")
	r := w.ask(t, ann("saved"))
	if len(r.Resources) != 1 || r.Resources[0].Title != "Cache talk" || r.Resources[0].URL != "https://example.com/talk" ||
		!strings.HasPrefix(r.Resources[0].Remark, "The list no longer has this.") {
		t.Fatalf("it is shown as %+v", r.Resources)
	}
	if r := w.ask(t, press(save)); r.Kind != bot.Stale || !strings.Contains(r.Text, "no longer has this resource") {
		t.Errorf("saving what is gone: %s %q", r.Kind, r.Text)
	}
	w.ask(t, press(button(t, r, bot.ButtonUnsave)))
	if r := w.ask(t, ann("saved")); len(r.Resources) != 0 {
		t.Errorf("after it was taken off: %v", titles(r))
	}
}

func TestForget(t *testing.T) {
	w := newWorld(t, kinds)
	w.ask(t, ann("save Cache talk"))
	r := w.ask(t, ann("forget"))
	if r.Kind != bot.Confirm || r.For != bot.ToOne || !strings.Contains(r.Text, "reading list with 1 entry") || !strings.Contains(r.Text, "conversations") {
		t.Fatalf("it asks %s %q", r.Kind, r.Text)
	}
	if r := w.ask(t, ann("saved")); len(r.Resources) != 1 {
		t.Fatal("it is gone before anybody said yes")
	}
	yes := button(t, r, bot.ButtonConfirm)
	w.now = w.now.Add(20 * time.Minute)
	if r := w.ask(t, press(yes)); r.Kind != bot.Stale {
		t.Errorf("long after: %s %q", r.Kind, r.Text)
	}
	yes = button(t, w.ask(t, ann("forget")), bot.ButtonConfirm)
	if r := w.ask(t, press(yes)); r.Kind != bot.Done {
		t.Errorf("confirmed: %s %q", r.Kind, r.Text)
	}
	if r := w.ask(t, ann("saved")); len(r.Resources) != 0 {
		t.Error("the reading list is still there")
	}
	w.ask(t, ann("save Cache talk"))
	if r := w.ask(t, ann("forget confirm:yes")); r.Kind != bot.Done || len(w.ask(t, ann("saved")).Resources) != 0 {
		t.Errorf("typed: %s %q", r.Kind, r.Text)
	}
}

func TestNew(t *testing.T) {
	w := newWorld(t, kinds)
	if err := w.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := w.ask(t, ann("new")); r.Kind != bot.News || len(r.Resources) != 0 || !strings.Contains(r.Text, "5 March 2026") {
		t.Errorf("what was there from the beginning is new: %q %v", r.Text, titles(r))
	}
	w.now = w.now.Add(24 * time.Hour)
	w.holds(t, kinds+"- [Newer](https://example.com/newer) - New. `video`\n")
	w.ask(t, ann("new"))
	w.now = w.now.Add(24 * time.Hour)
	w.holds(t, kinds+"- [Newer](https://example.com/newer) - New. `video`\n- [Newest](https://example.com/newest) - New.\n")
	w.restart(bot.Limits{})
	r := w.ask(t, ann("new"))
	if got := titles(r); !slices.Equal(got, []string{"Newest", "Newer"}) || r.Resources[0].Remark != "New since 7 March 2026." {
		t.Errorf("new are %v, the first %q", got, r.Resources[0].Remark)
	}
	for text, want := range map[string]int{"new kind:video": 1, "new service mesh": 2, "new caching": 0} {
		if r := w.ask(t, ann(text)); len(r.Resources) != want {
			t.Errorf("%s shows %v", text, titles(r))
		}
	}
	w.now = w.now.Add(100 * 24 * time.Hour)
	if r := w.ask(t, ann("new")); len(r.Resources) != 0 {
		t.Errorf("new for ever: %v", titles(r))
	}
}

// More resources than one call marks are marked in several, at one time.
func TestMarkALongList(t *testing.T) {
	var src strings.Builder
	src.WriteString("# L\n\n## T\n")
	for i := range bot.MaxArrivals + 5 {
		src.WriteString("- [R](https://example.com/" + strings.Repeat("x", i%7) + time.Duration(i).String() + ") - One.\n")
	}
	w := newWorld(t, src.String())
	if r := w.ask(t, ann("new")); r.Kind != bot.News || len(r.Resources) != 0 {
		t.Errorf("%s %q", r.Kind, r.Text)
	}
}

func TestRandomAndAbout(t *testing.T) {
	w := newWorld(t, kinds)
	r := w.ask(t, ann("random kind:paper"))
	if got := titles(r); !slices.Equal(got, []string{"Cache paper"}) || r.Text != "By chance, out of 1 resource:" {
		t.Errorf("random: %q %v", r.Text, got)
	}
	if got := titles(w.ask(t, press(button(t, r, bot.ButtonAgain)))); !slices.Equal(got, []string{"Cache paper"}) {
		t.Errorf("another: %v", got)
	}
	if got := titles(w.ask(t, ann("random service mesh"))); !slices.Equal(got, []string{"Mesh cache talk"}) {
		t.Errorf("of a topic: %v", got)
	}
	if r := w.ask(t, ann("random caching kind:book")); r.Kind != bot.Nothing {
		t.Errorf("out of nothing: %s", r.Kind)
	}
	facts := make(map[string]string)
	for _, f := range w.ask(t, ann("about")).Facts {
		facts[f.Name] = f.Value
	}
	for name, want := range map[string]string{
		"Version": "v1.2.3", "List": "Kinds", "From": "list.md", "Read on": "5 March 2026", "Holds": "2 topics, 4 resources", "Licence": "MIT",
	} {
		if !strings.HasPrefix(facts[name], want) {
			t.Errorf("%s is %q, want %q", name, facts[name], want)
		}
	}
}

// Limits are asked once for each request with the command's cost, and the answer
// says when to try again, to nobody else.
func TestRateLimit(t *testing.T) {
	w := newWorld(t, kinds)
	w.restart(bot.Limits{User: bot.Rate{Every: 10 * time.Second, Burst: 2}})
	mention := ann("caching")
	mention.Surface = bot.SurfaceMention
	for range 2 {
		if r := w.ask(t, mention); r.Kind != bot.Found {
			t.Fatalf("%s %q", r.Kind, r.Text)
		}
	}
	r := w.ask(t, mention)
	if r.Kind != bot.Limited || r.For != bot.ToOne || r.RetryAfter != 10*time.Second || !strings.Contains(r.Text, "10 seconds") {
		t.Errorf("%s %q for %s", r.Kind, r.Text, r.For)
	}
	if len(w.state.takes) != 3 || w.state.takes[0].Cost != 1 || w.state.takes[0].Channel != "C" || w.state.takes[0].Scope.Workspace != "W" {
		t.Errorf("it was asked %+v", w.state.takes)
	}
	if r := w.ask(t, ann("help")); r.Kind != bot.Help || len(w.state.takes) != 3 {
		t.Errorf("help is limited: %q", r.Text)
	}
	w.now = w.now.Add(r.RetryAfter)
	if r := w.ask(t, mention); r.Kind != bot.Found {
		t.Errorf("afterwards: %q", r.Text)
	}
	w.state.err = errors.New("a broken limiter")
	if r := w.ask(t, mention); r.Kind != bot.Found {
		t.Errorf("without the limiter: %s %q", r.Kind, r.Text)
	}
}

// A request that is delivered again has no second effect; where that cannot be
// told, it has.
func TestDuplicates(t *testing.T) {
	w := newWorld(t, kinds)
	r := ann("save Cache talk")
	r.Event = "E1"
	if got := w.ask(t, r); got.Kind != bot.Done {
		t.Fatalf("%s %q", got.Kind, got.Text)
	}
	w.ask(t, ann("unsave Cache talk"))
	if got := w.ask(t, r); got.Kind != bot.Silent {
		t.Errorf("again: %s %q", got.Kind, got.Text)
	}
	if n := len(w.ask(t, ann("saved")).Resources); n != 0 {
		t.Errorf("it had an effect: %d", n)
	}
	w.state.err = errors.New("no memory of events")
	r = ann("caching")
	r.Event = "E2"
	for range 2 {
		if got := w.ask(t, r); got.Kind != bot.Found {
			t.Errorf("%s %q", got.Kind, got.Text)
		}
	}
}

// Errors have two readers: the person gets words, the log the cause.
func TestStateThatFails(t *testing.T) {
	causes := []struct {
		err    error
		kind   bot.ReplyKind
		says   string
		logged bool
	}{
		{bot.ErrUnavailable, bot.Away, "try this again", false},
		{context.DeadlineExceeded, bot.Away, "try this again", false},
		{bot.ErrFull, bot.Away, "full", false},
		{bot.ErrTooLarge, bot.Away, "too large", false},
		{bot.ErrNewerSchema, bot.Away, "updated", true},
		{errors.New("disk on fire at 10.0.0.1"), bot.Failure, "Sorry", true},
	}
	for _, cause := range causes {
		for _, text := range []string{"save Cache talk", "saved", "unsave Cache talk", "forget", "forget confirm:yes", "new"} {
			w := newWorld(t, kinds)
			w.state.err = cause.err
			r := w.ask(t, ann(text))
			if r.Kind != cause.kind || !strings.Contains(r.Text, cause.says) || r.For != bot.ToOne {
				t.Errorf("%s with %v: %s %q", text, cause.err, r.Kind, r.Text)
			}
			if strings.Contains(r.Plain(), "10.0.0.1") || strings.Contains(w.log.String(), "the state") != cause.logged {
				t.Errorf("%s with %v: reply %q, log %q", text, cause.err, r.Plain(), w.log.String())
			}
		}
	}
	// What only reads the list goes on, without buttons.
	w := newWorld(t, kinds)
	w.state.err = bot.ErrUnavailable
	for _, text := range []string{"caching", "ask caching", "topics", "topic caching", "random", "help", "about"} {
		r := w.ask(t, ann(text))
		if r.Kind.Complaint() {
			t.Errorf("%s: %s %q", text, r.Kind, r.Text)
		}
		for _, b := range buttons(r) {
			if b.Token != "" {
				t.Errorf("%s has a button that cannot be read", text)
			}
		}
	}
}

// Where nothing is kept, what needs it says so.
func TestNoState(t *testing.T) {
	b := newBot(t, kinds)
	for _, text := range []string{"save Cache talk", "saved", "unsave Cache talk", "forget", "new"} {
		if r := ask(t, b, text); r.Kind != bot.Away || !strings.Contains(r.Text, "Nothing is kept here") {
			t.Errorf("%s: %s %q", text, r.Kind, r.Text)
		}
	}
	if err := b.Mark(t.Context()); err == nil {
		t.Error("Mark says nothing")
	}
}
