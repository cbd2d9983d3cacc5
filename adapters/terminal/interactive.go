package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// interactive talks on a terminal that is switched to raw mode meanwhile.
func (c *Chat) interactive(ctx context.Context, in, out *os.File) (err error) {
	cooked, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("switch the terminal to raw mode: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(int(in.Fd()), cooked)) }()

	s := &session{chat: c, ctx: ctx, keys: &keyboard{in: in}}
	s.screen = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{s.keys, out}, c.View().paint(bold, prompt))
	s.screen.AutoCompleteCallback = s.key
	defer c.Logs.redirect(s.screen)()
	defer s.followSize(out)()
	defer fmt.Fprint(out, "\r\n") // the shell's prompt gets a line of its own

	greet := &page{view: c.View()}
	greet.text("", greeting)
	fmt.Fprintln(s.screen, greet.String())
	return s.talk()
}

// session is one conversation on a terminal.
type session struct {
	chat   *Chat
	ctx    context.Context // of the whole conversation; key has no other way to it
	keys   *keyboard
	screen *term.Terminal
}

// talk reads lines and answers them. The reader waits for the answer, so that
// the next prompt stands below it.
func (s *session) talk() error {
	type result struct {
		line string
		err  error
	}
	done := make(chan struct{})
	defer close(done)
	next := make(chan struct{}, 1)
	results := make(chan result)
	go func() {
		for {
			select {
			case <-next:
			case <-done:
				return
			}
			line, err := s.screen.ReadLine()
			select {
			case results <- result{line, err}:
			case <-done:
				return
			}
		}
	}()
	for {
		next <- struct{}{}
		select {
		case <-s.ctx.Done():
			return context.Cause(s.ctx)
		case r := <-results:
			if r.err != nil {
				return atEnd(r.err)
			}
			if strings.TrimSpace(r.line) == "" {
				continue
			}
			if err := s.chat.answer(s.ctx, r.line, s.screen, true); err != nil {
				return atEnd(err)
			}
		}
	}
}

// followSize keeps the line editor's idea of the window right.
func (s *session) followSize(out *os.File) (stop func()) {
	resize := func() {
		if width, height, err := term.GetSize(int(out.Fd())); err == nil && width > 0 {
			// It can only fail to repaint, and the next key does that anyway.
			_ = s.screen.SetSize(width, height)
		}
	}
	resize()
	return onResize(resize)
}

// keyInterrupt is what Ctrl-C is turned into: the line editor would take it for
// the end of input, but hands on control characters that it does not know.
const keyInterrupt = 0x1c

// key sees the keys that the line editor does not know.
func (s *session) key(line string, pos int, key rune) (string, int, bool) {
	switch key {
	case keyInterrupt:
		if line == "" {
			s.keys.ended = true
		}
		return "", 0, true
	case '\t':
		line, pos = s.tab(line, pos)
		return line, pos, true
	}
	return "", 0, false
}

// keyboard is the terminal's input with Ctrl-C made visible to key, and an end
// that key can set. The line editor calls both from one goroutine.
type keyboard struct {
	in    io.Reader
	ended bool
}

func (k *keyboard) Read(p []byte) (int, error) {
	if k.ended {
		return 0, io.EOF
	}
	n, err := k.in.Read(p)
	const ctrlC = 3
	copy(p, bytes.ReplaceAll(p[:n], []byte{ctrlC}, []byte{keyInterrupt}))
	return n, err
}
