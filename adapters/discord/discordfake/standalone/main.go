// Standalone runs a fake Discord as a process: it prints, as one line of JSON, where the API
// is and what the bot needs to know of it, and answers until it is interrupted. Other
// processes have people act, and things go wrong, with JSON posted to /control/WORD.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"

	"archbot/adapters/discord/discordfake"
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	shards := flag.Int("shards", 1, "how many shards the Gateway asks for")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *address, *shards, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends; what to know of it goes to out.
func run(ctx context.Context, address string, shards int, out io.Writer) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	s := discordfake.New(discordfake.Config{Shards: shards})
	s.Serve(l)
	defer s.Close()
	if err := json.NewEncoder(out).Encode(map[string]string{
		"DISCORD_API_URL": s.URL(), "DISCORD_TOKEN": s.Token(), "DISCORD_PUBLIC_KEY": s.PublicKey(),
		"control": "http://" + l.Addr().String() + "/control/",
	}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
