//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// pty skips the script: it opens terminals in the way that Linux does.
func pty(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(ts.Exec("true"))
}
