package source

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"archbot/internal/guard"
)

// What a Config means by leaving a field zero.
const (
	DefaultTimeout = 30 * time.Second
	DefaultEvery   = time.Hour
	DefaultPoll    = 2 * time.Second
)

// Config says which lists to load and how. The zero value loads the embedded
// list.
type Config struct {
	// Lists are the locations, see ParseLocation; none means the embedded list.
	Lists []string
	// AllowPrivate allows plain http, and connections to private, loopback and
	// link-local addresses: for lists in one's own network.
	AllowPrivate bool
	// Timeout bounds one URL's whole answer, redirects included.
	Timeout time.Duration
	// Every is the time between two reloads, give or take a tenth; negative
	// means no timer.
	Every time.Duration
	// Poll is the time between two looks at local files; negative means none.
	Poll time.Duration
	// UserAgent is how servers see the bot; "archbot/dev" when empty.
	UserAgent string
	// Seen is an earlier process's record of Snapshot.Seen. Unless it is empty,
	// a resource that it does not know is new even at the first load.
	Seen map[string]time.Time
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Event is the outcome of one reload.
type Event struct {
	// Snapshot is the one that serves from now on.
	Snapshot *Snapshot
	// Swapped is true when it is a new one; Change is then what is different,
	// and may be empty, since not every edit changes a resource.
	Swapped bool
	Change  Change
	// Err has an *Error, joined, for each list whose newest version is turned
	// down: by this reload, or by an earlier one when this one did not read it.
	// It is nil when every list is well, be it unchanged.
	Err error
}

// ErrNotLoaded is returned by a reload before Load has succeeded.
var ErrNotLoaded = errors.New("no list is loaded yet; call Load first")

// Loader keeps a catalog up to date. Its methods may be called from any
// goroutine; loads and reloads wait for one another.
type Loader struct {
	cfg     Config
	lists   []*list
	busy    chan struct{} // held while lists are read and swapped
	current atomic.Pointer[Snapshot]

	mu          sync.Mutex
	subscribers []func(Event)
}

// New returns a Loader that has not read anything yet. It fails when a
// location is wrong, with an *Error for each.
func New(cfg Config) (*Loader, error) {
	if len(cfg.Lists) == 0 {
		cfg.Lists = []string{Embedded}
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Every == 0 {
		cfg.Every = DefaultEvery
	}
	if cfg.Poll == 0 {
		cfg.Poll = DefaultPoll
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "archbot/dev"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	l := &Loader{cfg: cfg, busy: make(chan struct{}, 1)}
	client := newClient(guard.Dialer(cfg.AllowPrivate))
	var errs []error
	for _, where := range cfg.Lists {
		at, err := ParseLocation(where)
		if err == nil && at.plain() && !cfg.AllowPrivate {
			err = &Error{
				Kind: BadLocation, List: at.String(), Why: "plain http can be read and changed on its way",
				Fix: "write https://, or allow private addresses if the list is in your own network",
			}
		}
		errs = append(errs, err)
		l.lists = append(l.lists, newList(at, client, cfg.Timeout, cfg.UserAgent))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return l, nil
}

// Load reads every list for the first time. It fails, with an *Error for each
// list that cannot be used, unless all of them can; it may then be called
// again. After it has succeeded it does nothing.
func (l *Loader) Load(ctx context.Context) error {
	if err := l.lock(ctx); err != nil {
		return err
	}
	defer l.unlock()
	if l.Current() != nil {
		return nil
	}
	if _, err := update(ctx, l.lists, false); err != nil {
		return err
	}
	l.current.Store(snapshot(l.lists, l.cfg.Seen, l.cfg.Now()))
	return nil
}

// Current returns the snapshot that serves; nil before Load has succeeded.
func (l *Loader) Current() *Snapshot { return l.current.Load() }

// Reload reads every list again, now. It returns what has changed, and an
// *Error for each list whose new version was turned down; both can be there.
func (l *Loader) Reload(ctx context.Context) (Change, error) { return l.reload(ctx, l.lists, false) }

// Force is a Reload that takes a list even if it has lost most of its entries.
func (l *Loader) Force(ctx context.Context) (Change, error) { return l.reload(ctx, l.lists, true) }

// Subscribe has fn called after every reload, in their order, by the goroutine
// that reloads. The reload waits for fn, which must not load or reload itself.
// The first load calls nobody.
func (l *Loader) Subscribe(fn func(Event)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscribers = append(l.subscribers, fn)
}

func (l *Loader) reload(ctx context.Context, lists []*list, force bool) (Change, error) {
	if err := l.lock(ctx); err != nil {
		return Change{}, err
	}
	defer l.unlock()
	old := l.Current()
	if old == nil {
		return Change{}, ErrNotLoaded
	}
	changed, err := update(ctx, lists, force)
	if !changed && errors.Is(ctx.Err(), context.Canceled) {
		return Change{}, err // whoever stopped it knows
	}
	event := Event{Snapshot: old, Swapped: changed, Err: failed(l.lists)}
	if changed {
		event.Snapshot = snapshot(l.lists, old.seen, l.cfg.Now())
		event.Change = Diff(old.Catalog, event.Snapshot.Catalog)
		l.current.Store(event.Snapshot)
	}
	l.tell(event)
	return event.Change, err
}

// update reads the lists, all at once, and gives each its new good version. It
// reports whether any of them has changed, and what was turned down.
func update(ctx context.Context, lists []*list, force bool) (changed bool, err error) {
	next := make([]*version, len(lists))
	errs := make([]error, len(lists))
	var reading sync.WaitGroup
	for i, l := range lists {
		reading.Go(func() { next[i], errs[i] = l.next(ctx, force) })
	}
	reading.Wait()
	for i, l := range lists {
		if errors.Is(errs[i], context.Canceled) {
			continue // which says nothing about the list
		}
		l.failed = errs[i]
		if errs[i] == nil {
			changed = changed || l.good == nil || l.good.sum != next[i].sum
			l.good = next[i]
		}
	}
	return changed, errors.Join(errs...)
}

func failed(lists []*list) error {
	var errs []error
	for _, l := range lists {
		errs = append(errs, l.failed)
	}
	return errors.Join(errs...)
}

func (l *Loader) tell(event Event) {
	l.mu.Lock()
	subscribers := l.subscribers
	l.mu.Unlock()
	for _, fn := range subscribers {
		fn(event)
	}
}

func (l *Loader) lock(ctx context.Context) error {
	select {
	case l.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Loader) unlock() { <-l.busy }
