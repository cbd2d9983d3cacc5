package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"archbot/adapters/terminal"
)

// probeTime is how long Probe waits. Whoever asks asks again, so a process that
// takes longer than that is no healthy one.
const probeTime = 3 * time.Second

// Probe asks the serve on this machine at the path, such as "/healthz", and prints
// what it says. The exit status is 1 for any answer but 200, and for none. It is
// for an image that has no other program to ask with.
func (p *Program) Probe(ctx context.Context, path string) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	host, err := local(settings.Addr)
	if err != nil {
		return &Error{Status: statusUsage, Err: fmt.Errorf("ARCHBOT_ADDR is %q: %w", settings.Addr, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	at := url.URL{Scheme: "http", Host: host, Path: path}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return failed(ctx, err)
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request) // no proxy stands before oneself
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{Status: statusNothing, Err: fmt.Errorf("nothing listens on %s", host)}
	case err != nil:
		return &Error{Status: statusNothing, Err: err}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return &Error{Status: statusNothing, Err: err}
	}
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Fprintln(p.Out, terminal.Clean(line)); err != nil {
			return failed(ctx, err)
		}
	}
	if answer.StatusCode != http.StatusOK {
		return &Error{Status: statusNothing, Err: fmt.Errorf("%s answers with %s", at.String(), answer.Status)}
	}
	return nil
}

// local is where a listener on addr is reached from the same machine: one on all
// addresses is on loopback too. That one by number, as an image need not have names.
func local(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
