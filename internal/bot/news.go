package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"archbot/internal/catalog"
)

// newFor is how long a resource counts as new.
const newFor = 90 * day

// arrivals is what a Bot knows of when resources were first seen in a list.
type arrivals struct {
	of    *catalog.Catalog
	first map[string]time.Time // by catalog.URLKey
	began time.Time            // when the list was first seen at all
}

// Mark notes in the State which resources the current list has. It is called
// whenever the list was loaded, so that the day on which a resource came is known
// also when nobody asks for what is new.
func (b *Bot) Mark(ctx context.Context) error {
	_, err := b.mark(ctx, b.library.Current())
	return err
}

// mark returns when each resource of the list was first seen; a list is asked about
// once.
func (b *Bot) mark(ctx context.Context, list List) (arrivals, error) {
	b.mu.Lock()
	known := b.arrivals
	b.mu.Unlock()
	c := list.catalog()
	if known.of == c {
		return known, nil
	}
	if b.state == nil {
		return arrivals{}, errStateless
	}
	a := arrivals{of: c, first: make(map[string]time.Time, len(c.Resources))}
	var urls []string
	for _, r := range c.Resources {
		urls = append(urls, catalog.URLKey(r.URL))
	}
	now := b.now()
	for part := range slices.Chunk(urls, MaxArrivals) {
		times, err := b.state.Arrived(ctx, list.ID, part, now)
		if err != nil {
			return arrivals{}, err
		}
		for i, t := range times {
			a.first[part[i]] = t
			if a.began.IsZero() || t.Before(a.began) {
				a.began = t
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrivals = a
	return a, nil
}

var errStateless = errors.New("nothing is kept here")

// runNew shows what the list gained lately, newest first. What was there when the
// list was first seen is not new.
func runNew(ctx context.Context, c call) Reply {
	if refusal := c.within(); refusal != nil {
		return *refusal
	}
	a, err := c.bot.mark(ctx, c.list)
	switch {
	case errors.Is(err, errStateless):
		return stateless()
	case err != nil:
		return c.trouble(ctx, err)
	}
	since := c.bot.now().Add(-newFor)
	var came []catalog.Resource
	for _, r := range c.catalog().Resources {
		if first := a.of1(r); first.After(a.began) && first.After(since) && c.filter.Match(r) {
			came = append(came, r)
		}
	}
	slices.SortStableFunc(came, func(x, y catalog.Resource) int { return a.of1(y).Compare(a.of1(x)) })
	reply := Reply{Kind: News, Query: c.argument}
	shown := c.onPage(&reply, len(came))
	for _, r := range came[shown.from:shown.to] {
		card := resourceCard(c.catalog(), r)
		card.Remark = "New since " + c.request.date(a.of1(r)) + "."
		reply.Resources = append(reply.Resources, card)
	}
	reply.Text = newsText(c, len(came), a)
	c.saveButtons(&reply)
	if reply.More {
		reply.Buttons = append(reply.Buttons, c.again(ButtonNext, "More", c.filter.Kind, c.page+1, 0))
	}
	if len(came) == 0 {
		reply.Notes = []Note{{Kind: NoteNext, Text: "Something by chance instead:", Commands: []string{"random"}}}
	}
	return reply
}

// of1 is when a resource was first seen.
func (a arrivals) of1(r catalog.Resource) time.Time { return a.first[catalog.URLKey(r.URL)] }

func newsText(c call, came int, a arrivals) string {
	where := "The list"
	if c.filtered() {
		where = "That part of the list"
	}
	if came == 0 {
		return where + " has gained nothing in the last three months, or since I first saw it on " + c.request.date(a.began) + "."
	}
	return where + " has gained " + count(came, "resource") + " in the last three months."
}

// span is a part of what there is to show.
type span struct{ from, to int }

// onPage tells which part of n things the page has, and says so in the reply.
func (c call) onPage(r *Reply, n int) span {
	from := min(n, (c.page-1)*maxResources)
	to := min(n, from+maxResources)
	r.Page, r.More = c.page, to < n
	return span{from, to}
}
