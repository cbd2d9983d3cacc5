package dialogue_test

import (
	"fmt"

	"archbot/internal/catalog"
	"archbot/internal/dialogue"
	"archbot/internal/search"
)

// What a conversation is about is a value, which whoever keeps it hands in again with
// the next message: "videos" alone is about what came before.
func ExampleAnswer() {
	list := `# List

## Caching

- [Where to put a cache](https://example.com/where) - Near who asks. ` + "`article` `intro`" + `
- [Eviction in depth](https://example.com/eviction) - What goes first. ` + "`video` `advanced`" + `

## Messaging

- [Queues](https://example.com/queues) - Who waits for whom. ` + "`video` `intro`" + `
`
	c, err := catalog.Parse([]byte(list), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return
	}
	index := search.New(c)
	var talk dialogue.Context
	for _, said := range []string{"what do you have on caching?", "any videos?"} {
		var acts []dialogue.Act
		acts, talk = dialogue.Answer(index, talk, dialogue.Message{Text: said})
		for _, act := range acts {
			fmt.Print(act.Intent, " ", act.Topics[0].Topic.Title, ":")
			for _, pick := range act.Picks {
				fmt.Printf(" %q", pick.Resource.Title)
			}
			fmt.Println()
		}
	}
	// Output:
	// find Caching: "Where to put a cache" "Eviction in depth"
	// filter Caching: "Eviction in depth"
}
