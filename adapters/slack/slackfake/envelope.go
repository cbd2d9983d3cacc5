package slackfake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// envelope is one sending of a parcel on a socket.
type envelope struct {
	id       string
	parcel   *parcel
	attempt  int
	on       *socket
	answered chan *reply   // holds one
	lost     chan struct{} // holds one: send it again, elsewhere
}

func (e *envelope) lose() {
	select {
	case e.lost <- struct{}{}:
	default:
	}
}

// acknowledge takes one frame of the app: the envelope_id, and a payload where one is
// read.
func (s *Server) acknowledge(frame []byte) {
	a, err := jsonArgs(frame)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	e := s.envelopes[a.str("envelope_id")]
	switch {
	case err != nil:
		s.complain("a frame that is no JSON object: %v", err)
		return
	case len(frame) >= maxSocketAnswer:
		s.complain("an answer of %d bytes was dropped, as Slack does from %d on", len(frame), maxSocketAnswer)
		return
	case e == nil:
		s.complain("an acknowledgement of the unknown envelope %q", a.str("envelope_id"))
		return
	}
	r := &reply{status: http.StatusOK}
	if payload := a["payload"]; payload != nil {
		if text, isText := payload.(string); isText {
			r.body, r.kind = []byte(text), "text/plain"
		} else {
			r.body, r.kind = compact(payload), "application/json"
		}
		if !e.parcel.answers {
			s.complain("a payload in the acknowledgement of %s, where none is read", e.parcel.kind)
		}
	}
	select {
	case e.answered <- r:
	default: // acknowledged before
	}
}

func (s *Server) complain(format string, a ...any) {
	s.complaints = append(s.complaints, fmt.Sprintf(format, a...))
}

// Complaints are what the app did on sockets and response_urls that Slack would pass
// over in silence; a good test asserts that there are none.
func (s *Server) Complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.complaints)
}

// carryBySocket sends a parcel on one socket, and on another one when that one ends
// before it has acknowledged it.
func (s *Server) carryBySocket(p *parcel) *reply {
	s.mu.Lock()
	s.lastNumber++
	e := &envelope{
		id: fmt.Sprintf("%08x-fake-4000-8000-%s", s.lastNumber, strings.ToLower(secret("", 12))), parcel: p,
		attempt: p.retries, answered: make(chan *reply, 1), lost: make(chan struct{}, 1),
	}
	s.envelopes[e.id] = e
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.envelopes, e.id)
		s.mu.Unlock()
	}()
	patience := time.NewTimer(s.opts.Patience)
	defer patience.Stop()
	first := e.attempt
	for {
		if !s.place(e) {
			return &reply{failure: "dispatch_failed"}
		}
		select {
		case r := <-e.answered:
			r.again = e.attempt - first
			return r
		case <-e.lost:
			e.attempt++
			p.reason = "timeout"
		case <-patience.C:
			return &reply{failure: "operation_timeout"}
		case <-s.ctx.Done():
			return &reply{failure: "dispatch_failed"}
		}
	}
}

// place sends an envelope to the next socket. Commands and interactions fail at once
// where there is none; events, and what was sent before, wait for one.
func (s *Server) place(e *envelope) bool {
	var k *socket
	pick := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		k = s.nextSocketFor(e)
		e.on = k
		return k != nil
	}
	if !pick() && (e.parcel.kind != event && e.attempt == 0 || !s.Await(pick)) {
		return false
	}
	k.write(e.frame())
	return true
}

// nextSocketFor takes sockets in turn, and not the one that has lost the envelope if
// there is another.
func (s *Server) nextSocketFor(e *envelope) *socket {
	open := s.open()
	if others := slices.DeleteFunc(slices.Clone(open), func(k *socket) bool { return k == e.on }); len(others) > 0 {
		open = others
	}
	if len(open) == 0 {
		return nil
	}
	s.nextSocket++
	return open[s.nextSocket%len(open)]
}

func (e *envelope) frame() object {
	kind := e.parcel.kind
	if kind == suggestion {
		kind = interaction
	}
	out := object{
		"envelope_id": e.id, "type": kind, "payload": e.parcel.payloadJSON(),
		"accepts_response_payload": e.parcel.answers,
	}
	if kind == event {
		out["retry_attempt"], out["retry_reason"] = e.attempt, ""
		if e.attempt > 0 {
			out["retry_reason"] = "timeout"
		}
	}
	return out
}

// Resend has Slack lose patience with everything that is not acknowledged: each is
// sent again, to another socket if there is one.
func (s *Server) Resend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.envelopes {
		e.lose()
	}
}
