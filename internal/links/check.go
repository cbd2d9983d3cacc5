package links

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"archbot/internal/guard"
)

// Checker visits links. The zero value is of no use; New makes one.
type Checker struct {
	options   Options
	transport *http.Transport
}

// What is read of an answer, whatever a server sends.
const (
	maxHeaderBytes = 256 << 10
	maxBodyBytes   = 64 << 10
)

// New returns a Checker. The error says, a line each, which options cannot be
// used.
func New(o Options) (*Checker, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Dial == nil {
		o.Dial = guard.Dialer(false).DialContext
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return &Checker{options: o, transport: &http.Transport{
		Proxy:                  nil, // on purpose: see guard.Dialer
		DialContext:            o.Dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // what is read is thrown away, so that nobody need pack it
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           2 * o.Concurrency,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        o.Pause + 10*time.Second,
	}}, nil
}

// Check visits the links and reports on each, in their order. Those with the
// same address, but for a fragment, are visited once. When ctx is done it
// returns at once, with what it has found so far; the rest is NotVisited.
//
// It calls progress, unless that is nil, whenever a request begins or ends and
// whenever links are done, never twice at a time; the check waits for it.
//
// Two checks at the same time know nothing of one another, so together they are
// less polite than each.
func (c *Checker) Check(ctx context.Context, list []Link, progress func(Progress)) Report {
	r := &run{
		Options:  &c.options,
		send:     c.send,
		slots:    make(chan struct{}, c.options.Concurrency),
		lanes:    make(map[string]*lane),
		findings: make([]Finding, len(list)),
		now:      Progress{Total: len(list)},
		progress: progress,
	}
	for i, l := range list {
		r.findings[i] = Finding{Link: l, Verdict: NotVisited}
	}
	var hosts sync.WaitGroup
	for _, pages := range r.queues(list) {
		hosts.Go(func() {
			for _, p := range pages {
				r.visit(ctx, p)
			}
		})
	}
	hosts.Wait()
	c.transport.CloseIdleConnections()
	return Report{Findings: r.findings}
}

// run is one check.
type run struct {
	*Options
	send  sender
	slots chan struct{} // one taken for each request that is under way

	mu       sync.Mutex
	lanes    map[string]*lane
	findings []Finding
	now      Progress
	progress func(Progress)
}

// page is an address to visit, and the links that lead to it.
type page struct {
	url   *url.URL
	links []int // in the order of the list
}

// queues are the pages by host, each to be visited in turn. Links that are no
// address are done with at once.
func (r *run) queues(list []Link) [][]*page {
	pages := make(map[string]*page)
	byHost := make(map[string]int)
	var queues [][]*page
	for i, l := range list {
		at, err := parse(l.URL)
		if err != nil {
			r.settle([]int{i}, outcome{verdict: Unknown, why: "it is no address that can be visited"})
			continue
		}
		if p, known := pages[at.String()]; known {
			p.links = append(p.links, i)
			continue
		}
		p := &page{url: at, links: []int{i}}
		pages[at.String()] = p
		host := hostOf(at)
		q, known := byHost[host]
		if !known {
			q = len(queues)
			byHost[host] = q
			queues = append(queues, nil)
		}
		queues[q] = append(queues[q], p)
	}
	return queues
}

// hostOf is the host of an address, whatever the port: politeness is owed to
// the machine.
func hostOf(at *url.URL) string { return strings.ToLower(at.Hostname()) }

// lane returns the lane to the host of an address.
func (r *run) lane(at *url.URL) *lane {
	r.mu.Lock()
	defer r.mu.Unlock()
	host := hostOf(at)
	l, known := r.lanes[host]
	if !known {
		l = newLane(host)
		r.lanes[host] = l
	}
	return l
}

// settle writes down what came of the links to one page.
func (r *run) settle(links []int, o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range links {
		f := &r.findings[i]
		o.describe(f)
		r.now.Done++
		if f.Verdict == Dead {
			r.now.Dead++
		}
	}
	r.tell()
}

// begin and end say that a host is being asked.
func (r *run) begin(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Hosts = append(r.now.Hosts, host)
	r.tell()
}

func (r *run) end(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.now.Hosts, host); i >= 0 {
		r.now.Hosts = slices.Delete(r.now.Hosts, i, i+1)
	}
	r.tell()
}

// tell reports the progress; the lock is held, which keeps the calls in order.
func (r *run) tell() {
	if r.progress == nil {
		return
	}
	p := r.now
	p.Hosts = slices.Clone(p.Hosts)
	r.progress(p)
}
