package links

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"archbot/internal/guard"
)

// answer is what came of one request.
type answer struct {
	status   int    // 0 when there was none
	location string // where it redirects to
	after    string // Retry-After, as it was said
	err      error
	took     time.Duration

	early    bool          // it failed before anything was sent, so that another method would too
	busy     bool          // the host asks for patience
	patience time.Duration // more of it than there is; else 0
}

// redirects reports whether the answer is somewhere else.
func (a answer) redirects() bool {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return a.err == nil && a.location != ""
	}
	return false
}

// bothered reports whether the host has noticed anything of the request: it has
// not when its name has no address, or none that is allowed.
func (a answer) bothered() bool {
	_, nameless := errors.AsType[*net.DNSError](a.err)
	_, refused := errors.AsType[*guard.AddressError](a.err)
	return !nameless && !refused
}

// sender makes one request.
type sender func(ctx context.Context, method string, at *url.URL, cookies http.CookieJar) answer

// send makes one request within the time limit.
func (c *Checker) send(ctx context.Context, method string, at *url.URL, cookies http.CookieJar) answer {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := c.request(ctx, method, at, cookies)
	if err != nil {
		return answer{err: err, early: true}
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return answer{err: err, early: !connected.Load()}
	}
	defer resp.Body.Close()
	cookies.SetCookies(at, resp.Cookies())
	a := answer{status: resp.StatusCode, location: resp.Header.Get("Location"), after: resp.Header.Get("Retry-After")}
	// That an answer breaks off matters where it would be a good one. When only
	// the time is up, there was an answer all the same: it is slow.
	_, err = io.CopyN(io.Discard, resp.Body, maxBodyBytes)
	if err != nil && !errors.Is(err, io.EOF) && !isTimeout(err) && succeeds(a.status) {
		return answer{err: err}
	}
	return a
}

func (c *Checker) request(ctx context.Context, method string, at *url.URL, cookies http.CookieJar) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.options.UserAgent)
	req.Header.Set("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.8") // some answer 406 without
	if at.User != nil {
		password, _ := at.User.Password()
		req.SetBasicAuth(at.User.Username(), password)
	}
	for _, cookie := range cookies.Cookies(at) {
		req.AddCookie(cookie)
	}
	return req, nil
}

func succeeds(status int) bool { return status >= 200 && status < 300 }

// retryAfter is how long a server asks to be left alone from now on: seconds or
// a date, 0 for anything else.
func retryAfter(said string, now time.Time) time.Duration {
	said = strings.TrimSpace(said)
	if seconds, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(said); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
