package terminal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"archbot/internal/bot"
)

func newChat(t *testing.T, in io.Reader, out io.Writer) *Chat {
	t.Helper()
	return &Chat{
		Bot: newBot(t, list), In: in, Out: out, Logs: NewLogs(io.Discard), Getenv: env(nil),
		View: func() View { return View{Width: 80} },
	}
}

func TestChatOnAPipe(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string // in this order
	}{
		{"line by line", "circuit breaking\ntopics\n", []string{"Circuit breaking. Here are 2 resources", "Demo List: "}},
		{"a last line without its end", "topics", []string{"Demo List: "}},
		{"Windows line ends", "topics\r\nhelp\r\n", []string{"Demo List: ", "search QUERY"}},
		{"an empty line", "\ntopics\n", []string{"Ask for a topic", "Demo List: "}},
		{"100 kB", strings.Repeat("x", 100_000) + "\ntopics\n", []string{"too long", "Demo List: "}},
		{"10 MB", strings.Repeat("circuit ", 10<<20/8) + "\ntopics\n", []string{"too long", "Demo List: "}},
		{"binary", "\x00\x01\xff\n\x7fELF\x00\ntopics\n", []string{"binary", "binary", "Demo List: "}},
		{"right to left", "هندسة البرمجيات\ntopics\n", []string{"nothing", "Demo List: "}},
		{"emoji only", "🚀🚀\ntopics\n", []string{"no words", "Demo List: "}},
		{"goodbye", "exit\ntopics\n", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := newChat(t, strings.NewReader(tt.in), &out).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			rest := out.String()
			for _, want := range tt.want {
				i := strings.Index(rest, want)
				if i < 0 {
					t.Fatalf("%q does not come next in:\n%s", want, rest)
				}
				rest = rest[i+len(want):]
			}
			if tt.want == nil && rest != "" || strings.Contains(out.String(), prompt) {
				t.Errorf("printed %q", out.String())
			}
		})
	}
}

// A conversation that waits for input ends when it is told to.
func TestChatEndsWithItsContext(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	cause := errors.New("told to")
	ctx, cancel := context.WithCancelCause(t.Context())
	chat := newChat(t, in, writerFunc(func(p []byte) (int, error) {
		cancel(cause) // once it has answered, and so waits for the next line
		return len(p), nil
	}))
	go typing.Write([]byte("topics\n"))
	if err := chat.Run(ctx); !errors.Is(err, cause) {
		t.Errorf("Run = %v, want the cause", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestChatReportsBrokenStreams(t *testing.T) {
	broken := errors.New("broken")
	out := writerFunc(func([]byte) (int, error) { return 0, broken })
	if err := newChat(t, strings.NewReader("topics\n"), out).Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("writing: Run = %v", err)
	}
	in := io.MultiReader(strings.NewReader("topics\n"), readerFunc(func([]byte) (int, error) { return 0, broken }))
	if err := newChat(t, in, io.Discard).Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("reading: Run = %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestKeyboard(t *testing.T) {
	k := &keyboard{in: strings.NewReader("ab\x03c")}
	p := make([]byte, 8)
	n, err := k.Read(p)
	if got := string(p[:n]); got != "ab\x1cc" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	k.ended = true
	if _, err := k.Read(p); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

func TestCommon(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"topics Cloud", "topics Cloudy", "topics Cloud"},
		{"Cloud", "clOck", "Clo"},
		{"é", "è", ""},
		{"ÉTÉ", "éta", "ÉT"},
		{"", "x", ""},
	} {
		if got := common(tt.a, tt.b); got != tt.want {
			t.Errorf("common(%q, %q) = %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestOfferedFits(t *testing.T) {
	got := offered(View{Width: 30}, []bot.Completion{
		{Label: "A label that is a good deal too long", Hint: "and a hint that is as well"},
		{Label: "short\x1b[2J", Hint: ""},
	})
	want := "  A label that i…  and a hint…\n  short[2J\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLogsFollowTheConversation(t *testing.T) {
	var before, during bytes.Buffer
	l := NewLogs(&before)
	restore := l.redirect(&during)
	if _, err := l.Write([]byte("one\n")); err != nil {
		t.Fatal(err)
	}
	restore()
	if _, err := l.Write([]byte("two\n")); err != nil {
		t.Fatal(err)
	}
	if before.String() != "two\n" || during.String() != "one\n" {
		t.Errorf("before %q, during %q", before.String(), during.String())
	}
}
