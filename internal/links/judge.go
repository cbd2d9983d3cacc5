package links

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"archbot/internal/guard"
)

// outcome is what came of a page.
type outcome struct {
	verdict Verdict
	why     string
	status  int
	at      *url.URL // what was asked last
	moved   *url.URL // the end of the permanent redirects; nil for none
	took    time.Duration

	passing bool // another try may do better
	early   bool // another method would not
	busy    bool // the host asks for patience
}

// judge takes over the last answer.
func (o *outcome) judge(a answer, limit time.Duration) {
	o.status, o.early, o.busy = a.status, a.early, a.busy
	switch {
	case a.err != nil:
		o.failed(a.err, limit)
		return
	case succeeds(a.status):
		o.verdict = Fine
		return
	}
	o.verdict, o.why = Unknown, "it answers "+statusText(a.status)
	switch {
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		o.verdict = Dead
	case a.patience > 0:
		o.why += fmt.Sprintf(" and asks to be left alone for %s", a.patience.Round(time.Second))
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		o.why += ", though perhaps not to a browser"
	default:
		o.passing = passes(a.status)
	}
}

// passes reports whether a status may be another one in a moment.
func passes(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return status >= 500
}

// failed says why there was no answer.
func (o *outcome) failed(err error, limit time.Duration) {
	o.verdict = Unknown
	if closed, ok := errors.AsType[*closedError](err); ok {
		o.why = closed.why
		return
	}
	if refused, ok := errors.AsType[*guard.AddressError](err); ok {
		o.why = "it is at " + refused.Error() + "; only public addresses are visited"
		return
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		o.verdict, o.why = Dead, "there is no host "+name.Name
		return
	}
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		o.verdict, o.why = Certificate, certificate(untrusted.Err)
		return
	}
	o.passing = true
	o.why = "its answer is broken (" + clip(err.Error()) + ")"
	if isTimeout(err) {
		o.why = fmt.Sprintf("it does not answer within %s", limit)
	} else if name, ok := errors.AsType[*net.DNSError](err); ok {
		o.why = "its name cannot be looked up just now (" + name.Err + ")"
	} else if broken, ok := errors.AsType[*net.OpError](err); ok {
		o.why = "there is no connection (" + broken.Err.Error() + ")"
	}
}

// lost says why redirects lead nowhere. Where they had come to tells nobody
// anything, least of all where the link should lead instead.
func (o *outcome) lost(from *url.URL, why string) {
	o.verdict, o.why, o.at, o.moved = Unknown, why, from, nil
}

// certificate says what is wrong with a certificate.
func certificate(err error) string {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return fmt.Sprintf("its certificate is valid from %s to %s only",
			invalid.Cert.NotBefore.Format(time.DateOnly), invalid.Cert.NotAfter.Format(time.DateOnly))
	}
	if other, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is not for " + other.Host
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is not signed by anybody who is known here"
	}
	return "its certificate is not trusted (" + strings.TrimPrefix(err.Error(), "x509: ") + ")"
}

// clip shortens what a server said to what fits a line or two.
func clip(said string) string {
	if runes := []rune(said); len(runes) > 200 {
		return string(runes[:199]) + "…"
	}
	return said
}

func isTimeout(err error) bool {
	slow, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && slow.Timeout()
}

// statusText is a status with its name, if it has one.
func statusText(code int) string {
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("%d %s", code, text)
	}
	return fmt.Sprintf("status %d", code)
}

// settled adds what a good answer still has to be told of: that it has moved,
// and that it is slow.
func (o outcome) settled(from *url.URL, slow time.Duration) outcome {
	if o.at.String() == from.String() {
		o.at = nil
	}
	if o.moved != nil && o.moved.String() == from.String() {
		o.moved = nil
	}
	switch {
	case o.verdict != Fine && o.at != nil:
		o.why = fmt.Sprintf("it redirects to %s: %s", o.at, o.why)
	case o.verdict != Fine:
	case o.moved != nil:
		o.verdict = Moved
		if isFront(o.moved) && !isFront(from) {
			o.why = "that is the front page of a site: see whether it is what the list means"
		}
	case o.took > slow:
		o.verdict, o.why = Slow, fmt.Sprintf("it answers after %s", o.took.Round(time.Second/10))
	}
	return o
}

// isFront reports whether an address is that of a site as a whole.
func isFront(at *url.URL) bool { return strings.Trim(at.Path, "/") == "" && at.RawQuery == "" }

// describe writes the outcome into the finding of one link.
func (o outcome) describe(f *Finding) {
	f.Verdict, f.Why, f.Status, f.Took = o.verdict, o.why, o.status, o.took
	if o.at != nil {
		f.At = o.at.String()
	}
	if o.moved != nil {
		f.MovedTo = withFragment(o.moved, f.URL)
	}
}
