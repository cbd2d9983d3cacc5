//go:build unix

package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// onResize calls fn whenever the window has changed its size, until stop.
func onResize(fn func()) (stop func()) {
	changed := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		for {
			select {
			case <-changed:
				fn()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(changed)
		close(done)
	}
}
