package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

func TestExit(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"well", nil, 0, ""},
		{"nothing found", said(statusNothing), 1, ""},
		{"usage", errors.New("unknown flag: --x"), 2, "archbot: unknown flag: --x\nSee archbot search --help.\n"},
		{"failed", &Error{Status: 2, Err: errors.New("broken")}, 2, "archbot: broken\n"},
		{"with a hint", &Error{Status: 2, Err: errors.New("broken"), Hint: "Mend it."}, 2, "archbot: broken\nMend it.\n"},
		{"several lines", &Error{Status: 2, Err: errors.New("one\n\ntwo")}, 2, "archbot: one\narchbot: two\n"},
		{"escape sequences", &Error{Status: 2, Err: errors.New("a\x1b[2Jb")}, 2, "archbot: a[2Jb\n"},
		{"Ctrl-C", &interruption{syscall.SIGINT}, 130, ""},
		{"SIGTERM", fmt.Errorf("chat: %w", &interruption{syscall.SIGTERM}), 143, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			p := &Program{Err: &out}
			if got := p.Exit("archbot search", tt.err); got != tt.status || out.String() != tt.says {
				t.Errorf("status %d and %q, want %d and %q", got, out.String(), tt.status, tt.says)
			}
		})
	}
}

func TestInterruptibleStop(t *testing.T) {
	ctx, stop := Interruptible(t.Context())
	stop()
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), context.Canceled) {
		t.Errorf("cause %v", context.Cause(ctx))
	}
}

func TestGetenv(t *testing.T) {
	p := &Program{Environ: []string{"A=1", "AB=2", "A=3=4", "C"}}
	for name, want := range map[string]string{"A": "3=4", "AB": "2", "B": "", "C": ""} {
		if got := p.getenv(name); got != want {
			t.Errorf("getenv(%s) = %q, want %q", name, got, want)
		}
	}
}

// Without a process around it, a Program works on the streams it is given.
func TestProgramOnItsOwnStreams(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	var out, complaints bytes.Buffer
	p := &Program{In: strings.NewReader("circuit breaking\n"), Out: &out, Err: &complaints}
	if err := p.Chat(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "Circuit breaking") || complaints.Len() > 0 {
		t.Errorf("printed %q and %q", out.String(), complaints.String())
	}
}
