package eval

import (
	"context"
	"io"
)

// Turn is one message of a dialogue. A dialogue that was not heard of before
// starts without memory.
type Turn struct {
	Dialogue string
	Message  string
}

// Any is the kind and the level of a TurnAnswer that was not filtered by it.
const Any = "any"

// TurnAnswer is what the bot answered to a turn, and what it took it for.
type TurnAnswer struct {
	Answer        // the topics that the answer is about; none when nothing on the list was asked for
	Kind   string // the kind of resource asked for, or Any
	Page   int    // 1 for a new topic or filter, one more for each "more"
	Level  string // beginner, intermediate or advanced, or Any
}

// Converse answers one turn. It is called for one at a time, in the order of
// each dialogue; dialogues may take turns with each other. An error is the bot's
// own failure.
type Converse func(ctx context.Context, t Turn) (TurnAnswer, error)

// turnLine is the line that answers a turn.
type turnLine struct {
	Dialogue  string     `json:"did"`
	Turn      int        `json:"turn"`
	Topics    []Topic    `json:"topics"`
	Kind      string     `json:"kind"`
	Page      int        `json:"page"`
	Level     string     `json:"level"`
	Resources []Resource `json:"resources"`
}

// Dialogues answers the messages of in, one JSON object a line,
//
//	{"did":"d1","turn":2,"message":"any videos?"}
//
// with as many lines on out, in order:
//
//	{"did":"d1","turn":2,"topics":[…],"kind":"video","page":1,"level":"any","resources":[…]}
//
// Bad lines and errors are as for Queries.
func Dialogues(ctx context.Context, in io.Reader, out io.Writer, converse Converse) error {
	return run(ctx, in, out, func(o object) (any, error) {
		t, number, err := readTurn(o)
		if err != nil {
			return nil, err
		}
		a, err := converse(ctx, t)
		if err != nil {
			return nil, err
		}
		return turnLine{
			Dialogue: t.Dialogue, Turn: number,
			Topics: topicList(a.Topics), Kind: a.Kind, Page: a.Page, Level: a.Level,
			Resources: resourceList(a.Resources),
		}, nil
	})
}

func readTurn(o object) (t Turn, number int, err error) {
	if t.Dialogue, err = o.needText("did"); err != nil {
		return t, 0, err
	}
	if number, err = o.needNumber("turn"); err != nil {
		return t, 0, err
	}
	t.Message, err = o.needText("message")
	return t, number, err
}
