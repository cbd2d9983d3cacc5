package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"archbot/internal/catalog"
)

// list is one configured list with its last good version.
type list struct {
	at     Location
	from   origin
	opts   catalog.Options
	watch  *watch   // nil unless it is a file
	good   *version // the last good one; nil before the first load
	failed error    // why the newest one is turned down; nil when good is the newest
}

// version is a list as it was accepted.
type version struct {
	sum [sha256.Size]byte
	validators
	catalog *catalog.Catalog
}

func newList(at Location, client *http.Client, timeout time.Duration, agent string) *list {
	l := &list{at: at, from: embedded{}, opts: catalog.Options{Name: at.String(), Base: at.base(), Root: at.root()}}
	switch {
	case at.url != nil:
		l.from = remote{at, client, timeout, agent}
	case at.path != "":
		l.from = file{at}
		l.opts.Exists = beside(at.path)
		l.watch = &watch{path: at.path}
	}
	return l
}

// next reads the list and returns the version that is to be used from now on,
// which is the last good one when nothing has changed. Every error is an *Error.
func (l *list) next(ctx context.Context, force bool) (*version, error) {
	if l.watch != nil {
		l.watch.reading()
	}
	var have validators
	if l.good != nil {
		have = l.good.validators
	}
	doc, err := l.from.fetch(ctx, have)
	if errors.Is(err, errUnchanged) {
		return l.good, nil
	}
	if err != nil {
		return nil, err
	}
	next := &version{sum: sha256.Sum256(doc.body), validators: doc.validators}
	if l.good != nil && l.good.sum == next.sum {
		next.catalog = l.good.catalog
		return next, nil
	}
	if next.catalog, err = l.parse(doc.body); err != nil {
		return nil, err
	}
	if l.good != nil && !force {
		if err := l.shrunk(l.good.catalog, next.catalog); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// parse reads the bytes as a list. They come from elsewhere, so that a parser
// that trips over them must not end the process.
func (l *list) parse(body []byte) (c *catalog.Catalog, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = l.notList("the parser fails on it", "report the list as a bug of archbot", fmt.Errorf("panic: %v", p))
		}
	}()
	c, err = catalog.Parse(body, l.opts)
	if err == nil {
		return c, nil
	}
	why, fix := err.Error(), "give a Markdown list"
	if in, ok := errors.AsType[*catalog.NotListError](err); ok {
		why, fix = in.Why, in.Fix // the list's name is said already
		if in.Line > 0 {
			why = fmt.Sprintf("line %d: %s", in.Line, why)
		}
	}
	return nil, l.notList(why, fix, err)
}

func (l *list) notList(why, fix string, err error) *Error {
	return &Error{Kind: NotList, List: l.at.String(), Why: why, Fix: fix, Err: err}
}

// fewest is how many entries a list must have had for a loss of most of them to
// look like an accident.
const fewest = 10

// shrunk returns an error when the list has lost more than half of its entries,
// or of its links: a list whose links are all broken still has its items.
func (l *list) shrunk(old, now *catalog.Catalog) error {
	for _, lost := range []ShrunkError{
		{"entries", entries(old), entries(now)},
		{"links", len(old.Resources), len(now.Resources)},
	} {
		if lost.Before >= fewest && lost.After*2 < lost.Before {
			return &Error{
				Kind: Shrunk, List: l.at.String(),
				Why: lost.Error(), Fix: "mend the list; or, if it is meant to be so, restart archbot or force a reload",
				Err: &lost,
			}
		}
	}
	return nil
}

func entries(c *catalog.Catalog) int { return len(c.Resources) + len(c.Items) + len(c.Topics) }
