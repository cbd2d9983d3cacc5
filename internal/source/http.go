package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/guard"
)

const (
	maxRedirects   = 5
	maxHeaderBytes = 64 << 10
)

// remote is a list behind a URL.
type remote struct {
	at      Location
	client  *http.Client
	timeout time.Duration // for the whole answer, its last byte included
	agent   string
}

// newClient returns the client that lists are fetched with.
func newClient(dialer *net.Dialer) *http.Client {
	return &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			Proxy:                  nil, // on purpose: see guard.Dialer
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: maxHeaderBytes,
			DisableKeepAlives:      true, // the next reload is long after any server hangs up
		},
	}
}

// redirectError is a redirect that is not followed.
type redirectError string

func (e redirectError) Error() string { return string(e) }

// checkRedirect bounds the number of hops and lets none of them leave TLS or
// HTTP; where a hop leads to is checked when it is connected to.
func checkRedirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer") // it would tell the next host the query, and so its secrets
	if len(via) > maxRedirects {
		return redirectError(fmt.Sprintf("it redirects more than %d times", maxRedirects))
	}
	switch to := req.URL.Scheme; {
	case to == "https" || to == "http" && via[len(via)-1].URL.Scheme == "http":
		return nil
	case to == "http":
		return redirectError("it redirects from https to plain http")
	}
	return redirectError("it redirects to something that is no web address")
}

func (r remote) fetch(ctx context.Context, have validators) (document, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	resp, err := r.get(ctx, have)
	if err != nil {
		return document{}, r.failure(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && have != (validators{}) {
		return document{}, errUnchanged
	}
	if err := r.judge(resp); err != nil {
		return document{}, err
	}
	body, err := readBounded(resp.Body, r.at) // the transport has unpacked it: a gzip bomb counts in full
	if err != nil {
		return document{}, r.failure(err)
	}
	return document{body, validators{resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")}}, nil
}

func (r remote) get(ctx context.Context, have validators) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.at.url.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", r.agent)
	req.Header.Set("Accept", "text/markdown, text/plain;q=0.9, */*;q=0.1")
	if have.etag != "" {
		req.Header.Set("If-None-Match", have.etag)
	}
	if have.lastModified != "" {
		req.Header.Set("If-Modified-Since", have.lastModified)
	}
	return r.client.Do(req)
}

// judge turns down an answer that cannot be the list, by its head alone.
func (r remote) judge(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return r.status(resp.StatusCode)
	}
	if resp.ContentLength > catalog.MaxBytes {
		return tooLarge(r.at)
	}
	switch kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind {
	case "text/html", "application/xhtml+xml":
		return r.fail(NotList, "the answer is an HTML page, not Markdown",
			"give the address of the raw file (on GitHub, GitLab and the like: the button Raw on the file's page)", nil)
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return r.fail(NotList, "the answer is packed in a way that was not asked for",
			"let the server send plain text or gzip", nil)
	}
	return nil
}

func (r remote) status(code int) *Error {
	cause := &StatusError{Code: code}
	said := "the server answers " + cause.Error()
	switch {
	case code == http.StatusNotFound || code == http.StatusGone:
		fix := "check the address, and that the list can be read without logging in"
		if r.at.url.Host == rawHost {
			fix += " (when it is not README.md: https://github.com/OWNER/REPO/blob/BRANCH/FILE)"
		}
		return r.fail(Unreachable, said, fix, cause)
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return r.fail(Unreachable, said, "make the list public, or put credentials into the address (https://USER:TOKEN@HOST/PATH)", cause)
	case code == http.StatusTooManyRequests:
		return r.fail(Unreachable, said, "wait a while, and let archbot reload less often", cause)
	case code >= 500:
		return r.fail(Unreachable, said, "try again later; if it lasts, tell whoever runs that server", cause)
	}
	return r.fail(Unreachable, said, "give an address that answers 200 with the Markdown itself", cause)
}

// failure says in one sentence why there was no answer, or no whole one.
func (r remote) failure(err error) *Error {
	if in, ok := errors.AsType[*Error](err); ok {
		return in
	}
	if in, ok := errors.AsType[*url.Error](err); ok {
		err = in.Err // the layer above says the address, secrets included
	}
	if refused, ok := errors.AsType[*guard.AddressError](err); ok {
		return r.fail(Refused, "it leads to "+refused.Error(),
			"use a public address, or allow private addresses if the list is in your own network", err)
	}
	if refused, ok := errors.AsType[redirectError](err); ok {
		return r.fail(Refused, refused.Error(), "give the address that it leads to in the end", err)
	}
	if errors.Is(err, context.Canceled) {
		return r.fail(Unreachable, "the load was stopped", "try again", err)
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return r.fail(Unreachable, fmt.Sprintf("there was no complete answer within %s", r.timeout),
			"check the address and the network, or allow more time", err)
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return r.fail(Unreachable, "the name "+name.Name+" cannot be looked up", "check its spelling and the name server", err)
	}
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return r.fail(Unreachable, "the server's certificate is not trusted ("+untrusted.Err.Error()+")",
			"mend the certificate, or add its authority to the system's", err)
	}
	if broken, ok := errors.AsType[*net.OpError](err); ok {
		return r.fail(Unreachable, "there is no connection ("+broken.Err.Error()+")", "check the address and the network", err)
	}
	if r.at.leaks(err.Error()) { // what a server sends may repeat what it was asked
		err = errors.New("its text is left out, since it repeats a part of the address that may be secret")
	}
	return r.fail(Unreachable, "the answer is broken ("+err.Error()+")", "try again; if it lasts, check that the address is a web server's", err)
}

func (r remote) fail(kind Kind, why, fix string, err error) *Error {
	return &Error{Kind: kind, List: r.at.String(), Why: why, Fix: fix, Err: err}
}
