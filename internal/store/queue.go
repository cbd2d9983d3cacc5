package store

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"
	"sync"
	"time"

	"archbot/internal/digest"
)

// DueQueue hands out what is due of digests in this process: digest.Queue without
// the records. It is the twin of Redis's claim script, and a test holds the two
// together. It may be used by any number of goroutines; the zero value is ready.
type DueQueue struct {
	mu     sync.Mutex
	spaces map[Space]*space
	looks  map[string]*looks // of a platform
}

// Space is what the pace of a workspace is held in: the workspace, or where there
// is none the channel.
type Space struct{ Platform, Name string }

// SpaceOf is a place's.
func SpaceOf(p digest.Place) Space { return Space{p.Platform, cmp.Or(p.Workspace, p.Channel)} }

// Ref names a record.
type Ref struct {
	Place digest.Place
	ID    digest.ID
}

// RefOf is a record's.
func RefOf(r digest.Record) Ref { return Ref{r.Place, r.ID} }

// compare orders refs of one space.
func (r Ref) compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Place.Channel, o.Place.Channel), cmp.Compare(r.ID, o.ID))
}

// space is the queue of one workspace.
type space struct {
	Space
	at     int // in looks; -1 for not
	due    map[Ref]time.Time
	order  []entry // by due
	leases map[Ref]time.Time
	lanes  map[string]time.Time // of a channel: when it is free
	free   time.Time            // when the workspace is
	look   time.Time            // when it is of use to look at it
}

// looks are the workspaces of a platform that have something to come, the one to
// look at next first.
type looks []*space

func (l looks) Len() int { return len(l) }
func (l looks) Less(i, j int) bool {
	return cmp.Or(l[i].look.Compare(l[j].look), cmp.Compare(l[i].Name, l[j].Name)) < 0
}
func (l looks) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].at, l[j].at = i, j
}

// Push is heap.Interface's.
func (l *looks) Push(x any) {
	if s, ok := x.(*space); ok {
		s.at = len(*l)
		*l = append(*l, s)
	}
}

// Pop is heap.Interface's.
func (l *looks) Pop() any {
	last := len(*l) - 1
	s := (*l)[last]
	(*l)[last], *l = nil, (*l)[:last]
	s.at = -1
	return s
}

// set has a workspace be looked at when it says so.
func (l *looks) set(s *space) {
	switch {
	case len(s.order) == 0 && s.at >= 0:
		heap.Remove(l, s.at)
	case len(s.order) == 0:
	case s.at >= 0:
		heap.Fix(l, s.at)
	default:
		heap.Push(l, s)
	}
}

type entry struct {
	due time.Time
	ref Ref
}

func (e entry) compare(o entry) int { return cmp.Or(e.due.Compare(o.due), e.ref.compare(o.ref)) }

// ScanMost is how many entries of a workspace one claim looks at: more than there
// can be of channels that are not free.
const ScanMost = 128

// Put has a record be handed out at a time; the zero time takes it out. Its lease
// ends.
func (q *DueQueue) Put(r Ref, due time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := SpaceOf(r.Place)
	s := q.spaces[key]
	if s == nil {
		if due.IsZero() {
			return
		}
		s = q.open(key)
	}
	delete(s.leases, r)
	s.put(r, due)
	s.lookAgain(time.Time{})
	q.looks[key.Platform].set(s)
}

// open makes the queue of a workspace; the lock is held.
func (q *DueQueue) open(key Space) *space {
	if q.spaces == nil {
		q.spaces, q.looks = make(map[Space]*space), make(map[string]*looks)
	}
	if q.looks[key.Platform] == nil {
		q.looks[key.Platform] = new(looks)
	}
	s := &space{
		Space: key, at: -1, due: make(map[Ref]time.Time), leases: make(map[Ref]time.Time), lanes: make(map[string]time.Time),
	}
	q.spaces[key] = s
	return s
}

// put moves an entry; the lock is held.
func (s *space) put(r Ref, due time.Time) {
	if was, ok := s.due[r]; ok {
		if i, ok := slices.BinarySearchFunc(s.order, entry{was, r}, entry.compare); ok {
			s.order = slices.Delete(s.order, i, i+1)
		}
		delete(s.due, r)
	}
	if due.IsZero() {
		return
	}
	due = due.Truncate(time.Millisecond)
	e := entry{due, r}
	i, _ := slices.BinarySearchFunc(s.order, e, entry.compare)
	s.order = slices.Insert(s.order, i, e)
	s.due[r] = due
}

// head is when the first entry is due.
func (s *space) head() time.Time {
	if len(s.order) == 0 {
		return time.Time{}
	}
	return s.order[0].due
}

// Forget takes all of a workspace out.
func (q *DueQueue) Forget(p digest.Place) {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := SpaceOf(p)
	if s := q.spaces[key]; s != nil {
		s.order = nil
		q.looks[key.Platform].set(s)
		delete(q.spaces, key)
	}
}

// Claim takes what is due longest, of each workspace one, and says how long it
// takes until there may be more.
func (q *DueQueue) Claim(now time.Time, c digest.Claim) (refs []Ref, wait time.Duration) {
	at := c.At
	if at.IsZero() {
		at = now
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	horizon := at
	if now.After(at) {
		horizon = now
	}
	wait = -1
	sooner := func(w time.Duration) {
		if w = max(w, 0); wait < 0 || w < wait {
			wait = w
		}
	}
	var looked []*space // so that none is looked at twice
	for len(refs) < c.Most {
		next := q.next(c.Platforms)
		if next == nil || (*next)[0].look.After(horizon) {
			break
		}
		s := (*next)[0]
		ref, ok, w := s.claim(now, at, c)
		if ok {
			refs = append(refs, ref)
		}
		if w >= 0 {
			sooner(w)
		}
		heap.Pop(next)
		looked = append(looked, s)
	}
	if next := q.next(c.Platforms); next != nil {
		sooner((*next)[0].look.Sub(horizon))
	}
	for _, s := range looked {
		q.looks[s.Platform].set(s)
	}
	return refs, wait
}

// Due counts what is due and not claimed: what is leased is due when the lease ends.
func (q *DueQueue) Due(now time.Time, platforms []string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for key, s := range q.spaces {
		if slices.Contains(platforms, key.Platform) {
			n += sort.Search(len(s.order), func(i int) bool { return s.order[i].due.After(now) })
		}
	}
	return n
}

// next is the platform with the workspace to look at next; the lock is held.
func (q *DueQueue) next(platforms []string) *looks {
	var first *looks
	for _, p := range platforms {
		l := q.looks[p]
		if l != nil && len(*l) > 0 && (first == nil || (*l)[0].look.Before((*first)[0].look)) {
			first = l
		}
	}
	return first
}

// claim takes one entry of a workspace, and says how long until the next look.
func (s *space) claim(now, at time.Time, c digest.Claim) (ref Ref, ok bool, wait time.Duration) {
	if s.free.After(now) {
		s.lookAgain(time.Time{})
		return Ref{}, false, s.free.Sub(now)
	}
	var blocked time.Time // until when the first of those is that are due and not to be had
	for _, e := range s.order[:min(len(s.order), ScanMost)] {
		if e.due.After(at) {
			break
		}
		until := s.leases[e.ref]
		if lane := s.lanes[e.ref.Place.Channel]; lane.After(until) {
			until = lane
		}
		if until.After(now) {
			if blocked.IsZero() || until.Before(blocked) {
				blocked = until
			}
			continue
		}
		s.lease(now, e.ref, c)
		s.lookAgain(time.Time{})
		return e.ref, true, s.wait(now, at)
	}
	s.lookAgain(blocked)
	if !blocked.IsZero() {
		return Ref{}, false, blocked.Sub(now)
	}
	return Ref{}, false, s.head().Sub(at)
}

// lookAgain says when the next look is of use: not before the first entry is due, the
// workspace is free, and what blocks others is over.
func (s *space) lookAgain(blocked time.Time) {
	s.look = s.head()
	for _, t := range []time.Time{s.free, blocked} {
		if t.After(s.look) {
			s.look = t
		}
	}
}

// wait is how long until a workspace just claimed from has more.
func (s *space) wait(now, at time.Time) time.Duration {
	return max(s.free.Sub(now), s.head().Sub(at), 0)
}

// lease marks an entry as claimed.
func (s *space) lease(now time.Time, r Ref, c digest.Claim) {
	for channel, free := range s.lanes {
		if !free.After(now) {
			delete(s.lanes, channel)
		}
	}
	s.put(r, now.Add(c.Lease))
	s.leases[r] = s.due[r]
	s.lanes[r.Place.Channel] = now.Add(c.Pace.Channel)
	s.free = now.Add(c.Pace.Workspace)
}
