// Standalone runs a fake Discord as a process: it prints, as one line of JSON, where the API
// is and what the bot needs to know of it, and answers until it is interrupted, or
// with -until-eof until its standard input ends, so that a test that dies takes it along.
// Other processes have people act, and things go wrong, with JSON posted to /control/WORD;
// discordfake.Remote does it for programs in Go.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"

	"archbot/adapters/discord/discordfake"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends, or what comes in does where that is asked for; what to know
// of it goes to out.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("standalone", flag.ContinueOnError)
	address := flags.String("address", "127.0.0.1:0", "where to listen")
	given := flags.String("options", "{}", "discordfake.Config as JSON, such as '{\"shards\":2}'")
	untilEOF := flags.Bool("until-eof", false, "end when standard input ends")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var c discordfake.Config
	d := json.NewDecoder(bytes.NewReader([]byte(*given)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return fmt.Errorf("-options: %w", err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", *address)
	if err != nil {
		return err
	}
	s := discordfake.New(c)
	s.Serve(l)
	defer s.Close()
	if err := json.NewEncoder(out).Encode(map[string]string{
		"DISCORD_API_URL": s.URL(), "DISCORD_TOKEN": s.Token(), "DISCORD_PUBLIC_KEY": s.PublicKey(),
		"control": "http://" + l.Addr().String() + "/control/",
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
