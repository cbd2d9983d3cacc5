package eval

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// MaxLine is how many bytes a line may have, its end not counted. A longer one
// is skipped as a whole.
const MaxLine = 1 << 20

// errTooLong stands for a line of more than MaxLine bytes.
var errTooLong = errors.New("longer than 1 MiB")

// lines reads an input line by line.
type lines struct {
	in *bufio.Reader
	at int // the number of the line that next returned, from 1
}

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReader(in)} }

// next returns the next line without its end, "\n" or "\r\n", the caller's to
// keep. A last line that does not end is a line. After errTooLong the following
// lines can be read; any other error, io.EOF at the end, is final.
func (l *lines) next() ([]byte, error) {
	var line []byte
	size := 0
	for {
		part, err := l.in.ReadSlice('\n')
		size += len(part)
		if size <= MaxLine+len("\r\n") {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && size > 0: // the end comes again at the next call
		case err != nil:
			return nil, err
		}
		l.at++
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if size > MaxLine+len("\r\n") || len(line) > MaxLine {
			return nil, errTooLong
		}
		if l.at == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff")) // some editors begin a file with it
		}
		return line, nil
	}
}

// numbered is a line with its number, or why there is none.
type numbered struct {
	number int
	text   []byte
	err    error
}

// each calls do with each line until the input ends, do fails or ctx is done,
// and returns the cause but for the input's end. A read that is still blocked
// when ctx is done is left alone, as nothing can interrupt it.
func (l *lines) each(ctx context.Context, do func(numbered) error) error {
	done := make(chan struct{})
	defer close(done)
	read := make(chan numbered)
	go func() {
		for {
			text, err := l.next()
			select {
			case read <- numbered{l.at, text, err}:
			case <-done:
				return
			}
			if err != nil && !errors.Is(err, errTooLong) {
				return
			}
		}
	}()
	for {
		var n numbered
		select {
		case <-ctx.Done():
		case n = <-read:
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(n.err, io.EOF):
			return nil
		case n.err != nil && !errors.Is(n.err, errTooLong):
			return n.err
		}
		if err := do(n); err != nil {
			return err
		}
	}
}
