package adaptertest

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Golden fails when got is not what is in the file, or makes it so: update is the flag of
// the test's own package, of which there can be one.
func Golden(t testing.TB, update bool, file string, got []byte) {
	t.Helper()
	if update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; go test -update accepts it):\n%s", file, diff)
	}
}
