package slackfake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
)

// Deliveries over HTTP, signed as https://docs.slack.dev/authentication/verifying-requests-from-slack
// says.

// maxAnswer bounds what is read of the app's answer.
const maxAnswer = 1 << 20

// Sign signs a body at the fake's time and sets the headers that say so.
func (s *Server) Sign(h http.Header, body []byte) {
	stamp := strconv.FormatInt(s.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// carryByHTTP takes a parcel to the next replica.
func (s *Server) carryByHTTP(p *parcel) *reply {
	to := s.nextEndpoint(p.kind)
	if to == "" {
		return &reply{failure: "dispatch_failed"}
	}
	body, kind := p.httpBody()
	header := http.Header{}
	header.Set("Content-Type", kind)
	header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	if p.kind == event && p.retries > 0 {
		header.Set("X-Slack-Retry-Num", strconv.Itoa(p.retries))
		header.Set("X-Slack-Retry-Reason", p.reason)
	}
	s.Sign(header, body)
	return s.exchangeHTTP(to, header, body)
}

// exchangeHTTP posts and reads the answer.
func (s *Server) exchangeHTTP(to string, header http.Header, body []byte) *reply {
	ctx, cancel := context.WithTimeout(s.ctx, s.opts.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return &reply{failure: "dispatch_failed"}
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return &reply{failure: "operation_timeout"}
		}
		return &reply{failure: "dispatch_failed"}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return &reply{failure: "dispatch_failed", status: response.StatusCode}
	}
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	r := &reply{status: response.StatusCode, kind: media, body: bytes.TrimSpace(text), noRetry: response.Header.Get("X-Slack-No-Retry") == "1"}
	switch {
	case r.status >= 500:
		r.failure = "http_service_error"
	case r.status >= 300:
		r.failure = "http_client_error"
	}
	return r
}

func (s *Server) nextEndpoint(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.apps) == 0 {
		return ""
	}
	e := s.apps[s.nextApp%len(s.apps)]
	s.nextApp++
	return map[string]string{command: e.Commands, interaction: e.Interactivity, suggestion: e.Options, event: e.Events}[kind]
}

// httpBody is the parcel as Slack posts it: commands as a form of their own,
// interactions as JSON in one field of a form, events as JSON.
func (p *parcel) httpBody() (body []byte, kind string) {
	const form = "application/x-www-form-urlencoded"
	switch p.kind {
	case command:
		values := url.Values{}
		for key, v := range p.payload {
			values.Set(key, fmt.Sprint(v))
		}
		return []byte(values.Encode()), form
	case event:
		return p.payloadJSON(), "application/json"
	}
	return []byte(url.Values{"payload": {string(p.payloadJSON())}}.Encode()), form
}

// VerifyURL asks every replica to prove that it answers events, as Slack does when an
// address for events is entered. It returns what is wrong, or nil.
func (s *Server) VerifyURL() error {
	s.mu.Lock()
	apps := s.apps
	s.mu.Unlock()
	for _, e := range apps {
		challenge := secret("", 40)
		body := compact(object{"type": "url_verification", "token": s.Verification, "challenge": challenge})
		header := http.Header{"Content-Type": {"application/json"}}
		s.Sign(header, body)
		r := s.exchangeHTTP(e.Events, header, body)
		if r.failure != "" {
			return fmt.Errorf("%s: %s (status %d)", e.Events, r.failure, r.status)
		}
		if r.isJSON() {
			if a, err := jsonArgs(r.body); err != nil || a.str("challenge") != challenge {
				return fmt.Errorf("%s: the challenge did not come back", e.Events)
			}
		} else if string(r.body) != challenge {
			return fmt.Errorf("%s: the challenge did not come back", e.Events)
		}
	}
	return nil
}
