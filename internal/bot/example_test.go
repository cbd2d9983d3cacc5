package bot_test

import (
	"context"
	"fmt"
	"log/slog"

	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/search"
)

// A Bot answers requests as values; an adapter turns what its platform delivers into a
// Request, and the Reply into what its platform shows.
func Example() {
	c, err := catalog.Parse([]byte(list), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return
	}
	b := bot.New(bot.Config{Library: library{search.New(c)}, Log: slog.New(slog.DiscardHandler)})
	reply := b.Handle(context.Background(), bot.Request{
		Platform: "example", Surface: bot.SurfaceCommand, Command: "search", Text: "circuit breaker",
	})
	fmt.Println(reply.Kind)
	fmt.Println(reply.Text)
	fmt.Println(reply.Topics[0].Title, reply.Resources[0].URL)
	// Output:
	// found
	// “circuit breaker”: 1 topic, 1 resource.
	// Circuit breaking https://example.com/cb
}
