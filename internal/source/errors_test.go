package source

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"syscall"
	"testing"
)

// What may be over later is waited for at the start, and nothing else is.
func TestPassing(t *testing.T) {
	bad := func(kind Kind, err error) error { return &Error{Kind: kind, Err: err} }
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"nothing", nil, false},
		{"a server in trouble", bad(Unreachable, &StatusError{503}), true},
		{"too often", bad(Unreachable, &StatusError{429}), true},
		{"not there", bad(Unreachable, &StatusError{404}), false},
		{"no name", bad(Unreachable, &net.DNSError{Name: "lists.example"}), true},
		{"no connection", bad(Unreachable, &net.OpError{Op: "dial", Err: errors.New("refused")}), true},
		{"no time", bad(Unreachable, context.DeadlineExceeded), true},
		{"no file", bad(Unreachable, &fs.PathError{Op: "open", Path: "list.md", Err: syscall.ENOENT}), false},
		{"stopped", bad(Unreachable, context.Canceled), false},
		{"no list", bad(NotList, nil), false},
		{"a private address", bad(Refused, &net.OpError{Op: "dial", Err: errors.New("refused")}), false},
		{"two in trouble", errors.Join(bad(Unreachable, &StatusError{503}), nil, bad(Unreachable, &StatusError{500})), true},
		{"one in trouble, one wrong", errors.Join(bad(Unreachable, &StatusError{503}), bad(NotList, nil)), false},
		{"something else", errors.New("else"), false},
	} {
		if got := Passing(tt.err); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
