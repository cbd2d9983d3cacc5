package source

import (
	"context"
	"math/rand/v2"
	"os"
	"time"
)

// Run keeps the catalog up to date until ctx is done: it reloads every list on
// a timer and whenever something arrives on hup, and a local file when it has
// changed. What comes of it is told to the subscribers. Load comes first.
func (l *Loader) Run(ctx context.Context, hup <-chan os.Signal) {
	reload := func(lists []*list) {
		_, _ = l.reload(ctx, lists, false) // the subscribers know
	}
	due, look := after(jitter(l.cfg.Every)), after(l.cfg.Poll)
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
			reload(l.lists)
			due = after(jitter(l.cfg.Every))
		case _, open := <-hup:
			if !open {
				hup = nil // or it would be ready for ever
				continue
			}
			reload(l.lists)
		case <-look:
			if files := l.changedFiles(ctx); len(files) > 0 {
				reload(files)
			}
			look = after(l.cfg.Poll)
		}
	}
}

// changedFiles returns the lists whose files have changed since they were read.
func (l *Loader) changedFiles(ctx context.Context) []*list {
	if l.lock(ctx) != nil {
		return nil
	}
	defer l.unlock()
	var changed []*list
	for _, list := range l.lists {
		if list.watch != nil && list.watch.changed() {
			changed = append(changed, list)
		}
	}
	return changed
}

// after returns a channel that is ready once d has passed, or, when d is
// negative, never.
func after(d time.Duration) <-chan time.Time {
	if d < 0 {
		return nil
	}
	return time.After(d)
}

// jitter moves d by up to a tenth either way, so that replicas that start
// together do not ask the same server together for ever.
func jitter(d time.Duration) time.Duration {
	if d < 0 {
		return d
	}
	return time.Duration(float64(d) * (0.9 + 0.2*rand.Float64()))
}
