package search_test

import (
	"fmt"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// An index is made of a catalog once, and asked as often as one likes.
func Example() {
	list := `# List

## Resilience

### Circuit breaking

- [Circuit Breaker](https://example.com/breaker) - Stop calling what fails.

### Load balancing

- [Balancers](https://example.com/balancers) - Who gets the next request.
`
	c, err := catalog.Parse([]byte(list), catalog.Options{Name: "list.md"})
	if err != nil {
		fmt.Println(err)
		return
	}
	index := search.New(c)
	found := index.Search(search.Query{Text: "how do circut brekers work?"})
	fmt.Println(found.Topics[0].Topic.ID)
	fmt.Println(found.Resources[0].Resource.Title)

	nothing := index.Search(search.Query{Text: "sourdough bread"})
	fmt.Println(len(nothing.Topics), len(nothing.Resources))
	// Output:
	// resilience/circuit-breaking
	// Circuit Breaker
	// 0 0
}
