package terminal

import (
	"io"
	"sync"
)

// Logs is where log lines go while a conversation may be on the screen. They
// go to standard error, or above the prompt while one is shown: written past
// the line editor they would garble the line being typed.
type Logs struct {
	mu sync.Mutex
	to io.Writer
}

// NewLogs returns Logs that write to w.
func NewLogs(w io.Writer) *Logs { return &Logs{to: w} }

// OnTerminal reports whether what is written there appears on a terminal.
func OnTerminal(w io.Writer) bool {
	if l, ok := w.(*Logs); ok {
		w = l.to
	}
	_, ok := terminalFile(w)
	return ok
}

// Write passes on one or more whole lines.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}

// redirect sends what follows to w until restore is called.
func (l *Logs) redirect(w io.Writer) (restore func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.to
	l.to = w
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.to = before
	}
}
