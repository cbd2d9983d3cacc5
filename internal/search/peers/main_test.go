package peers

import (
	"os"
	"testing"
)

// TestMain prints the tables once the benchmarks have run.
func TestMain(m *testing.M) {
	status := m.Run()
	if len(worlds) > 0 {
		printTables(os.Stdout, worlds)
	}
	os.Exit(status)
}
