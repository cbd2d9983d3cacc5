package check

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// accepted are the licences under which parts of the binary may be. All let it be used
// and passed on under its own licence; MPL-2.0 asks that changes to its files are shown,
// and there are none.
var accepted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}

// licenses are what tells a licence from the others: all of its phrases, without one
// that would make it another. The first that fits is it.
var licenses = []struct {
	id      string
	has     []string
	without string
}{
	{"AGPL-3.0", []string{"GNU AFFERO GENERAL PUBLIC LICENSE"}, ""},
	{"MPL-2.0", []string{"Mozilla Public License", "2.0"}, ""},
	{"Apache-2.0", []string{"Apache License", "Version 2.0"}, ""},
	{"GPL", []string{"GNU GENERAL PUBLIC LICENSE"}, ""},
	{"LGPL", []string{"GNU LESSER GENERAL PUBLIC LICENSE"}, ""},
	{"BSD-3-Clause", []string{"Redistribution and use in source and binary forms", "endorse or promote products derived from"}, "advertising materials mentioning"},
	{"BSD-2-Clause", []string{"Redistribution and use in source and binary forms", "must reproduce the above copyright"}, "advertising materials mentioning"},
	{"ISC", []string{"Permission to use, copy, modify, and/or distribute this software for any purpose"}, ""},
	{"MIT", []string{"Permission is hereby granted, free of charge", "The above copyright notice and this permission notice shall be included"}, ""},
}

// Every module that is in the binary, on each platform that it is built for, has a
// licence that is accepted.
func TestLicenses(t *testing.T) {
	for path, dir := range linked(t) {
		found := inDirectory(t, dir)
		t.Logf("%-14s %s", strings.Join(found, " "), path)
		if len(found) == 0 || !slices.ContainsFunc(found, func(id string) bool { return slices.Contains(accepted, id) }) || slices.Contains(found, "") {
			t.Errorf("%s has the licences %q in %s, and accepted are %v", path, found, dir, accepted)
		}
	}
}

// inDirectory are the licences whose texts lie in a directory.
func inDirectory(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "license") && !strings.HasPrefix(name, "licence") && !strings.HasPrefix(name, "copying") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, identify(string(text)))
	}
	return found
}

// identify is the licence that a text is; empty for one that is not known.
func identify(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, l := range licenses {
		fits := l.without == "" || !strings.Contains(text, l.without)
		for _, phrase := range l.has {
			fits = fits && strings.Contains(text, phrase)
		}
		if fits {
			return l.id
		}
	}
	return ""
}

// linked are the directories of the modules that packages of the binary are from, by
// their paths: on Linux, macOS and Windows.
func linked(t *testing.T) map[string]string {
	t.Helper()
	modules := make(map[string]string)
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module,Standard", "./cmd/archbot")
		list.Dir = root
		list.Env = append(os.Environ(), "GOOS="+system, "GOWORK=off")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
			var p struct {
				Standard bool
				Module   *struct{ Path, Dir string }
			}
			if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if !p.Standard && p.Module.Path != "archbot" {
				modules[p.Module.Path] = p.Module.Dir
			}
		}
	}
	if len(modules) < 10 {
		t.Fatalf("the binary seems to be made of %d modules", len(modules))
	}
	return modules
}

func TestIdentify(t *testing.T) {
	own, err := os.ReadFile(filepath.Join(root, "LICENSE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		string(own):                            "MIT",
		"GNU GENERAL PUBLIC LICENSE Version 3": "GPL",
		"GNU AFFERO GENERAL PUBLIC LICENSE":    "AGPL-3.0",
		"All rights reserved. Ask us.":         "",
		"Permission is hereby granted, free of charge, but not for evil.": "",
	} {
		if got := identify(text); got != want {
			t.Errorf("%.30q is %q, want %q", text, got, want)
		}
	}
}
