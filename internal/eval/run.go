package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// complaint is what is written in place of an answer.
type complaint struct {
	Error string `json:"error"`
}

// run answers each line of in with one on out, written before the next is read.
// An error of answer is a complaint about that line, and the run goes on; run's
// own error is one of reading or writing, or ctx's cause when it is done.
func run(ctx context.Context, in io.Reader, out io.Writer, answer func(object) (any, error)) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return newLines(in).each(ctx, func(n numbered) error {
		reply, err := answerLine(n, answer)
		if ctx.Err() != nil {
			return context.Cause(ctx) // what was answered meanwhile may be half an answer
		}
		if err != nil {
			reply = complaint{fmt.Sprintf("line %d: %v", n.number, err)}
		}
		return enc.Encode(reply)
	})
}

func answerLine(n numbered, answer func(object) (any, error)) (any, error) {
	if n.err != nil {
		return nil, n.err
	}
	o, err := parseObject(n.text)
	if err != nil {
		return nil, err
	}
	return answer(o)
}
