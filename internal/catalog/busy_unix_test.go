//go:build unix

package catalog

import (
	"syscall"
	"time"
)

// busy is how long processors have worked for this process so far, whatever
// else they had to do.
func busy() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
