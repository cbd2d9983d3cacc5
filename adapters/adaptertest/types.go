package adaptertest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Constant is TypeScript that declares JSON to be of one of sent.ts's types. It is a
// fresh literal, so that the compiler refuses what the type does not have, and the
// lines are the JSON's own.
func Constant(kind, json string) string {
	return fmt.Sprintf("import type { %s } from '../sent'; export const sent: %s = %s", kind, kind, json)
}

var diagnostic = regexp.MustCompile(`(?m)^([^\s(]+)\.ts\((\d+),\d+\): (error .*(?:\n .*)*)`)

// Compile checks TypeScript files in a directory from NodeDir, which has TypeScript,
// by the names they get, without .ts. It returns what the compiler has against each.
func Compile(t testing.TB, dir string, files map[string]string) map[string]string {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, "sent", url.PathEscape(name)+".ts")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tsc := exec.CommandContext(t.Context(), "node", "node_modules/typescript/bin/tsc", "--project", ".", "--pretty", "false")
	tsc.Dir = dir
	out, err := tsc.CombinedOutput()
	found := diagnostic.FindAllStringSubmatch(string(out), -1)
	if err != nil && len(found) == 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	refused := make(map[string]string)
	for _, m := range found {
		name, ok := strings.CutPrefix(m[1], "sent/")
		if !ok {
			t.Fatalf("the compiler refuses more than what is checked:\n%s", out)
		}
		if name, err = url.PathUnescape(name); err != nil {
			t.Fatal(err)
		}
		refused[name] += fmt.Sprintf("line %s: %s\n", m[2], m[3])
	}
	return refused
}
