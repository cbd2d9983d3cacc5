package eval

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	full := strings.Repeat("x", MaxLine)
	tests := []struct {
		name string
		in   string
		want []string // "!" for a line that is too long
	}{
		{"nothing", "", nil},
		{"lines", "a\nb\n", []string{"a", "b"}},
		{"a last line that does not end", "a\nb", []string{"a", "b"}},
		{"empty lines", "\n\na\n\n", []string{"", "", "a", ""}},
		{"from Windows", "\ufeffa\r\nb\r\n\r\n", []string{"a", "b", ""}},
		{"carriage returns inside", "a\rb\n\r\r\n", []string{"a\rb", "\r"}},
		{"a mark further down is text", "a\n\ufeffb\n", []string{"a", "\ufeffb"}},
		{"as long as may be", full + "\n" + full + "\r\n" + full, []string{full, full, full}},
		{"one byte too long", "a\n" + full + "x\nb\n", []string{"a", "!", "b"}},
		{"one byte too long, from Windows", full + "x\r\nb\r\n", []string{"!", "b"}},
		{"far too long", full + full + full + "\nb", []string{"!", "b"}},
		{"too long at the end", "a\n" + full + full, []string{"a", "!"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, in := range map[string]io.Reader{
				"whole":  strings.NewReader(tt.in),
				"halves": iotest.HalfReader(strings.NewReader(tt.in)),
			} {
				var got []string
				at := 0
				err := newLines(in).each(t.Context(), func(n numbered) error {
					if at++; n.number != at {
						t.Errorf("line %d is called %d", at, n.number)
					}
					if n.err != nil {
						got = append(got, "!")
					} else {
						got = append(got, string(n.text))
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%.2000s", name, diff)
				}
			}
		})
	}
}

func TestLinesFail(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken))
	seen := 0
	err := newLines(in).each(t.Context(), func(numbered) error { seen++; return nil })
	if !errors.Is(err, broken) || seen != 1 {
		t.Errorf("%v after %d lines", err, seen)
	}
	err = newLines(strings.NewReader("a\nb\n")).each(t.Context(), func(numbered) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("the work's own error became %v", err)
	}
}

// Ctrl-C ends a run that waits for input, and nothing is written after it.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	in, keyboard := io.Pipe()
	defer keyboard.Close()
	var out bytes.Buffer
	done := make(chan error)
	answered := make(chan struct{})
	go func() {
		done <- Queries(ctx, in, &out, func(context.Context, Query) (Answer, error) {
			close(answered)
			return Answer{}, nil
		})
	}()
	io.WriteString(keyboard, `{"query":"a"}`+"\n")
	<-answered
	cancel(enough)
	if err := <-done; !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
}

// Every answer is out before the next line is read, so that a program may ask
// and wait for the answer by turns.
func TestAnswersByTurns(t *testing.T) {
	in, ask := io.Pipe()
	answer, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Queries(t.Context(), in, out, func(_ context.Context, q Query) (Answer, error) {
			return Answer{Topics: []Topic{{ID: q.Text}}}, nil
		})
	}()
	answers := newLines(answer)
	for _, q := range []string{"one", "two", "three"} {
		io.WriteString(ask, `{"query":"`+q+`"}`+"\n")
		line, err := answers.next()
		if err != nil || !bytes.Contains(line, []byte(q)) {
			t.Fatalf("%s is answered %s, %v", q, line, err)
		}
	}
	ask.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
