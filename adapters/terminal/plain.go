package terminal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// maxLine is how much of a line is kept; what is longer is cut, which is still
// far more than the bot reads.
const maxLine = 64 << 10

// plain reads lines without editing them and answers each.
func (c *Chat) plain(ctx context.Context, shown string) error {
	done := make(chan struct{})
	defer close(done)
	lines := make(chan string)
	next := make(chan struct{}, 1)
	failed := make(chan error, 1)
	go func() {
		in := bufio.NewReader(c.In)
		for {
			select {
			case <-next:
			case <-done:
				return
			}
			line, err := readLine(in)
			if err != nil {
				failed <- err
				return
			}
			select {
			case lines <- line:
			case <-done:
				return
			}
		}
	}()
	for {
		if _, err := io.WriteString(c.Out, shown); err != nil {
			return err
		}
		next <- struct{}{}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-failed:
			return atEnd(err)
		case line := <-lines:
			if err := c.answer(ctx, line, c.Out, false); err != nil {
				return atEnd(err)
			}
		}
	}
}

// atEnd turns the ordinary ends of a conversation into no error.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, errLeft) {
		return nil
	}
	return err
}

// readLine reads one line without its end. Of a long line it keeps maxLine
// bytes; a last line that does not end is a line.
func readLine(in *bufio.Reader) (string, error) {
	var line strings.Builder
	for {
		part, more, err := in.ReadLine()
		if err != nil {
			if line.Len() > 0 && errors.Is(err, io.EOF) {
				return line.String(), nil
			}
			return "", err
		}
		line.Write(part[:min(len(part), maxLine-line.Len())])
		if !more {
			return line.String(), nil
		}
	}
}
