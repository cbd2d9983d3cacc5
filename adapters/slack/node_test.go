package slack

import (
	"testing"

	"archbot/adapters/adaptertest"
)

// nodeFiles is the directory of what the tests need of Node.
const nodeFiles = "testdata/node"

// nodeDir returns a directory of its own for a test, with the named files and all
// packages of nodeFiles in it.
func nodeDir(t testing.TB, files ...string) string {
	t.Helper()
	return adaptertest.NodeDir(t, nodeFiles, files...)
}
