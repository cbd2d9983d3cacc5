// Standalone runs the fake Slack of the tests as a process of its own.
//
// It prints one line of JSON: where it is (url, api_url) and the secrets that an app
// needs (signing_secret, client_id, client_secret). Then it
// serves until it is interrupted, or with -until-eof until its standard input ends, so
// that a test that dies takes it along. What is in it and what goes wrong is set
// through the control API (slackfake.Remote).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"archbot/adapters/slack/slackfake"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "slackfake:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("standalone", flag.ContinueOnError)
	addr := flags.String("addr", "", "address to listen on; empty for a free port of 127.0.0.1")
	given := flags.String("options", "{}", "slackfake.Options as JSON, such as '{\"socket_mode\":true}'")
	untilEOF := flags.Bool("until-eof", false, "end when standard input ends")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var o slackfake.Options
	d := json.NewDecoder(bytes.NewReader([]byte(*given)))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return fmt.Errorf("-options: %w", err)
	}
	if *addr != "" {
		o.Addr = *addr
	}
	s, err := slackfake.Start(o)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := json.NewEncoder(out).Encode(map[string]string{
		"url": s.URL, "api_url": s.APIURL(), "signing_secret": s.SigningSecret,
		"client_id": s.ClientID, "client_secret": s.ClientSecret,
	}); err != nil {
		return err
	}
	ended := make(chan struct{})
	if *untilEOF {
		go func() {
			_, _ = io.Copy(io.Discard, in) // an error ends it as well
			close(ended)
		}()
	}
	select {
	case <-ctx.Done():
	case <-ended:
	}
	return nil
}
