package links

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"
)

// maxRedirects is how many hops a visit follows; browsers give up at twenty.
const maxRedirects = 10

// The wait before a further try doubles from the first to the longest.
const (
	firstBackoff   = time.Second
	longestBackoff = 30 * time.Second
)

// visit is one page being visited.
type visit struct {
	*run
	page    *page
	cookies http.CookieJar // some sites redirect to themselves until a cookie comes back
	noHead  bool           // HEAD has failed once, so that only GET is of use
}

// visit asks for a page, more than once if need be, and settles its links,
// unless ctx is done before.
func (r *run) visit(ctx context.Context, p *page) {
	cookies, _ := cookiejar.New(nil) // it never fails
	v := &visit{run: r, page: p, cookies: cookies}
	for try := 0; ; try++ {
		o := v.try(ctx)
		if ctx.Err() != nil {
			return
		}
		host := r.lane(o.at)
		if o.passing && try < r.Retries {
			host.hold(r.Now().Add(backoff(try)))
			continue
		}
		host.heard(o.status != 0 || !o.passing)
		if o.busy {
			host.shut("went on answering " + statusText(o.status))
		}
		r.settle(p.links, o.settled(p.url, r.Slow))
		return
	}
}

// try asks with HEAD, and with GET where that is of no use.
func (v *visit) try(ctx context.Context) outcome {
	if !v.noHead {
		o := v.follow(ctx, http.MethodHead)
		if o.verdict == Fine || o.busy || o.early {
			return o
		}
		v.noHead = true
	}
	return v.follow(ctx, http.MethodGet)
}

// follow asks for the page, and for what it redirects to.
func (v *visit) follow(ctx context.Context, method string) outcome {
	o := outcome{at: v.page.url}
	permanent := true
	for hops := 0; ; hops++ {
		a := v.ask(ctx, method, o.at)
		o.took += a.took
		if !a.redirects() {
			o.judge(a, v.Timeout)
			return o
		}
		o.status = a.status
		next, err := o.at.Parse(a.location)
		switch {
		case err != nil || !isWeb(next):
			o.lost(v.page.url, fmt.Sprintf("it redirects to %q, which is no web address", clip(a.location)))
			return o
		case hops == maxRedirects:
			o.lost(v.page.url, fmt.Sprintf("it redirects more than %d times", maxRedirects))
			return o
		}
		permanent = permanent && (a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect)
		if permanent {
			o.moved = next
		}
		o.at = next
	}
}

// ask makes one request, as soon as its host may be asked and there is room.
func (v *visit) ask(ctx context.Context, method string, at *url.URL) answer {
	host := v.lane(at)
	if err := host.enter(ctx, v.Options); err != nil {
		return answer{err: err, early: true}
	}
	defer host.leave()
	select {
	case v.slots <- struct{}{}:
	case <-ctx.Done():
		return answer{err: ctx.Err(), early: true}
	}
	defer func() { <-v.slots }()
	v.begin(host.host)
	defer v.end(host.host)

	began := v.Now()
	a := v.send(ctx, method, at, v.cookies)
	ended := v.Now()
	a.took = ended.Sub(began)
	if a.bothered() {
		host.hold(ended.Add(v.Pause))
	}
	v.heed(&a, host)
	return a
}

// longestWait is the longest Retry-After that is waited for.
const longestWait = 2 * time.Minute

// heed does as the host asks: it leaves it alone for a while, or for good when
// the while is too long.
func (v *visit) heed(a *answer, host *lane) {
	wait := retryAfter(a.after, v.Now())
	a.busy = a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable && wait > 0
	switch {
	case !a.busy || wait <= 0:
	case wait > longestWait:
		a.patience = wait
		host.shut(fmt.Sprintf("answered %s and asked to be left alone for %s", statusText(a.status), wait.Round(time.Second)))
	default:
		host.hold(v.Now().Add(wait))
	}
}

// backoff is the wait before a further try, the first one being 0: the half of
// it is chance, so that many checks do not come back together.
func backoff(try int) time.Duration {
	most := longestBackoff
	if try < 10 {
		most = min(firstBackoff<<try, longestBackoff)
	}
	return most/2 + rand.N(most/2+1)
}
