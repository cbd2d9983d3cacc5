package app

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The manifests in deploy are what archbot manifest prints.
func TestDeployedManifests(t *testing.T) {
	for name, o := range map[string]ManifestOptions{
		"manifest.json":      {},
		"manifest-http.json": {Address: "https://archbot.example.com"},
	} {
		var out bytes.Buffer
		if err := (&Program{Out: &out}).Manifest(o); err != nil {
			t.Fatal(err)
		}
		file := "../../deploy/slack/" + name
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("-%s +printed; -update to accept:\n%s", file, diff)
		}
	}
}
