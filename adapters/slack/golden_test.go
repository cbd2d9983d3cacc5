package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archbot/adapters/slack/slackfake"
)

// sent is a golden file: what the adapter sends.
type sent struct {
	name string // such as messages/search
	kind string // Message, Home, Modal or Options
	json []byte
}

// allSent are the golden files, without the message that says nothing: it is not sent.
func allSent(t testing.TB) []sent {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []sent
	for _, file := range files {
		dir, name := filepath.Split(file)
		s := sent{name: filepath.Base(dir) + "/" + strings.TrimSuffix(name, ".json"), kind: "Message"}
		switch filepath.Base(dir) {
		case "messages":
			if name == "silent.json" {
				continue
			}
		case "views":
		default:
			continue
		}
		if s.json, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(dir) == "views" {
			s.kind = kindOfView(t, s.json)
		}
		all = append(all, s)
	}
	return all
}

func kindOfView(t testing.TB, encoded []byte) string {
	t.Helper()
	var v struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(encoded, &v); err != nil {
		t.Fatal(err)
	}
	switch v.Type {
	case "home":
		return "Home"
	case "modal":
		return "Modal"
	}
	return "Options"
}

// The strict fake takes every golden file.
func TestGoldenFilesAreTaken(t *testing.T) {
	kinds := make(map[string]int)
	for _, s := range allSent(t) {
		kinds[s.kind]++
		for _, problem := range problems(t, s) {
			t.Errorf("%s: %s", s.name, problem)
		}
	}
	for _, kind := range []string{"Message", "Home", "Modal", "Options"} {
		if kinds[kind] == 0 {
			t.Errorf("no golden file is a %s", kind)
		}
	}
}

// problems is what the fake has against a golden file.
func problems(t testing.TB, s sent) []string {
	t.Helper()
	var parts struct {
		Blocks  json.RawMessage `json:"blocks"`
		Options json.RawMessage `json:"options"`
	}
	if err := json.Unmarshal(s.json, &parts); err != nil {
		t.Fatal(err)
	}
	switch s.kind {
	case "Home", "Modal":
		return slackfake.ViewProblems(strings.ToLower(s.kind), s.json)
	case "Options": // a menu that has them from the start is held to the same
		return slackfake.Problems([]byte(`[{"type": "actions", "elements": [{"type": "static_select", "options": ` + string(parts.Options) + `}]}]`))
	}
	return slackfake.Problems(parts.Blocks)
}
