//go:build !unix

package catalog

import "time"

var started = time.Now()

// busy is how long this process has run so far.
func busy() time.Duration { return time.Since(started) }
