package app

import (
	"io"
	"net"
	"net/http"
	"time"

	"archbot/adapters/slack"
)

const (
	// maxSpare is how many connections to one host are kept for the next calls: as many
	// as Slack's adapter works on at once. Discord's works on more, but only answers to
	// interactions come together so; its other requests are 50 a second at most.
	maxSpare = slack.MaxWork
	// spareTime is how long one is kept. It is less than the minute after which many
	// servers hang up: of a post that goes out just then, nobody knows whether it
	// arrived.
	spareTime = 30 * time.Second
	// connectTime is how long a connection may take, and its TLS handshake once more.
	connectTime = 10 * time.Second
	// maxUnread is how much of an answer is read that nobody has asked for, in bytes.
	maxUnread = 64 << 10
)

// outgoing carries all calls to platforms, and keeps its connections for the next ones.
// Over HTTP/2 one of them carries many calls; elsewhere each call has one of its own.
type outgoing struct{ *http.Transport }

func newOutgoing() outgoing {
	return outgoing{&http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: connectTime}).DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: connectTime, ExpectContinueTimeout: time.Second,
		MaxIdleConnsPerHost: maxSpare, IdleConnTimeout: spareTime,
	}}
}

// RoundTrip is http.RoundTripper's.
func (o outgoing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := o.Transport.RoundTrip(r)
	if err == nil {
		answer.Body = unread{answer.Body}
	}
	return answer, err
}

// unread is the body of an answer. Slack's library reads no further than the JSON in it,
// and nothing of a refusal; the connection is of use again once all is read.
type unread struct{ io.ReadCloser }

// Close reads what is left, if that is not much.
func (u unread) Close() error {
	_, _ = io.CopyN(io.Discard, u.ReadCloser, maxUnread) // without, the connection is lost, and nothing else
	return u.ReadCloser.Close()
}
