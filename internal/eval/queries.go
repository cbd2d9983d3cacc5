package eval

import (
	"context"
	"fmt"
	"io"
	"math"
)

// Surface is where a query is typed.
type Surface string

// The surfaces.
const (
	OnSearch   Surface = "search"   // the argument of a search command
	OnQuestion Surface = "question" // a direct message
)

// Query is one thing to look for, as it was typed.
type Query struct {
	Surface Surface
	Text    string
}

// Answer is what the bot found, best first.
type Answer struct {
	Topics    []Topic    // empty: nothing found
	Resources []Resource // may answer where no topic does
}

// Topic is a topic that was found.
type Topic struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"`
}

// Resource is a resource that was found.
type Resource struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	Kind  string `json:"kind"`  // empty when unknown
	Topic string `json:"topic"` // the id of its topic; empty above every topic
}

// Search answers one query, the same way every time. An error is the bot's own
// failure; that nothing was found is none.
type Search func(ctx context.Context, q Query) (Answer, error)

// queryLine is the line that answers a query.
type queryLine struct {
	ID        string     `json:"qid"`
	Topics    []Topic    `json:"topics"`
	Resources []Resource `json:"resources"`
}

// Queries answers the queries of in, one JSON object a line,
//
//	{"qid":"q1","surface":"search","query":"circuit breaker"}
//
// with as many lines on out, in order:
//
//	{"qid":"q1","topics":[{"id":"…","score":0.93}],"resources":[{"title":"…","url":"…","kind":"…","topic":"…"}]}
//
// Without a surface it is OnSearch; unknown keys are ignored. What is no such
// object is answered {"error":"line 3: …"}, and the run goes on. The error is one
// of reading or writing, or ctx's cause when it is done.
func Queries(ctx context.Context, in io.Reader, out io.Writer, search Search) error {
	return run(ctx, in, out, func(o object) (any, error) {
		id, q, err := readQuery(o)
		if err != nil {
			return nil, err
		}
		a, err := search(ctx, q)
		if err != nil {
			return nil, err
		}
		return queryLine{ID: id, Topics: topicList(a.Topics), Resources: resourceList(a.Resources)}, nil
	})
}

func readQuery(o object) (id string, q Query, err error) {
	if id, err = o.text("qid"); err != nil {
		return "", q, err
	}
	if q.Text, err = o.needText("query"); err != nil {
		return "", q, err
	}
	surface, err := o.text("surface")
	if err != nil {
		return "", q, err
	}
	q.Surface, err = surfaceOf(surface)
	return id, q, err
}

func surfaceOf(name string) (Surface, error) {
	switch s := Surface(name); s {
	case "":
		return OnSearch, nil
	case OnSearch, OnQuestion:
		return s, nil
	}
	return "", fmt.Errorf("the surface must be %q or %q", OnSearch, OnQuestion)
}

// topicList never is null. Scores are rounded, as the last digits of a sum may
// differ between processors and mean nothing.
func topicList(topics []Topic) []Topic {
	out := make([]Topic, len(topics))
	for i, t := range topics {
		out[i] = Topic{ID: t.ID, Score: math.Round(t.Score*1e4) / 1e4}
	}
	return out
}

// resourceList never is null.
func resourceList(resources []Resource) []Resource {
	return append([]Resource{}, resources...)
}
