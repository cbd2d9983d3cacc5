package discord

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"archbot/adapters/adaptertest"
)

// built is something that is built again by discord.js's builders.
type built struct {
	Name  string          `json:"name"`
	Kind  string          `json:"kind"`
	Sent  json.RawMessage `json:"sent,omitempty"`
	Wrong string          `json:"wrong"`
}

// What is sent can be built by discord.js's builders, setter by setter, and comes out
// the same. That they look closely is shown by mistakes, which they refuse.
func TestBuildersMakeTheSame(t *testing.T) {
	dir := adaptertest.NodeDir(t, "testdata/node", "builders.mjs")
	all := allSent(t)
	sent := len(all)
	all = append(all, mistakes(t, all)...)
	for i, b := range rebuild(t, dir, all) {
		if planted := i >= sent; planted != (b.Wrong != "") {
			t.Errorf("%s: %q", b.Name, b.Wrong)
		}
	}
	if sent < 30 {
		t.Errorf("only %d are built", sent)
	}
}

// allSent are all golden messages and modals, and the commands.
func allSent(t *testing.T) []built {
	t.Helper()
	var all []built
	for _, kind := range []string{"message", "modal"} {
		files, err := filepath.Glob("testdata/" + kind + "s/*.json")
		if err != nil || len(files) == 0 {
			t.Fatalf("there are no golden files: %v", err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte(`"components"`)) { // else it is text
				all = append(all, built{Name: file, Kind: kind, Sent: raw})
			}
		}
	}
	for _, c := range declarations() {
		all = append(all, built{Name: c.Name, Kind: "command", Sent: encode(t, c)})
	}
	return all
}

// mistakes are some of what is sent, each with a limit overstepped.
func mistakes(t *testing.T, all []built) []built {
	t.Helper()
	var out []built
	for _, m := range []struct{ in, right, wrong string }{
		{"testdata/messages/found.json", `"label": "Only videos"`, `"label": "` + strings.Repeat("x", 81) + `"`},
		{"testdata/messages/found.json", `"custom_id": "menu:1"`, `"custom_id": "` + strings.Repeat("x", 101) + `"`},
		{"testdata/messages/found.json", `"accent_color": 3900150`, `"accent_color": 16777216`},
		{"testdata/modals/recommend.json", `"title": "Recommend`, `"title": "` + strings.Repeat("x", 46) + `Recommend`},
		{"arch", `"name": "arch"`, `"name": "Arch"`},
		{"arch", `"name": "search"`, `"name": "search for"`},
	} {
		for _, b := range all {
			if b.Name != m.in {
				continue
			}
			wrong := strings.Replace(string(b.Sent), m.right, m.wrong, 1)
			if wrong == string(b.Sent) {
				t.Errorf("%s has no %s", m.in, m.right)
			}
			out = append(out, built{Name: m.in + " with " + m.wrong, Kind: b.Kind, Sent: json.RawMessage(wrong)})
		}
	}
	return out
}

// rebuild has all of them built, and returns what came of each.
func rebuild(t *testing.T, dir string, all []built) []built {
	t.Helper()
	var in bytes.Buffer
	for _, b := range all {
		if err := json.NewEncoder(&in).Encode(b); err != nil {
			t.Fatal(err)
		}
	}
	node := exec.CommandContext(t.Context(), "node", "builders.mjs")
	node.Dir, node.Stdin = dir, &in
	var complaints bytes.Buffer
	node.Stderr = &complaints
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	var answers []built
	d := json.NewDecoder(bytes.NewReader(out))
	for d.More() {
		var b built
		if err := d.Decode(&b); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, b)
	}
	if len(answers) != len(all) {
		t.Fatalf("%d answers for %d", len(answers), len(all))
	}
	return answers
}
