package house

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the linter's import rules into .golangci.yml")

// The linter's rules are made from the table, so that the two never differ.
func TestLinterHoldsTheSameRules(t *testing.T) {
	const begin, end = "        # Made by internal/house from its table of rules: do not edit.\n", "        # The end of what internal/house made.\n"
	file := filepath.Join(root, ".golangci.yml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no lines %q and %q", file, begin, end)
	}
	want := depguard()
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the import rules in .golangci.yml are not those of the table; run\n\tgo test ./internal/house -run Linter -update")
	}
	if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// depguard writes the rules down as depguard's settings. It looks at single
// imports, so a rule about the graph binds the direct ones only.
func depguard() string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		fmt.Fprintf(&b, strings.Repeat("  ", indent)+format+"\n", args...)
	}
	for _, r := range rules {
		line(4, "%s:", r.name)
		line(5, "list-mode: lax")
		line(5, "files:")
		for _, p := range r.where {
			line(6, "- %q", fileGlob(p))
		}
		if !r.tests {
			line(6, `- "!$test"`)
		}
		for _, p := range r.but {
			line(6, "- %q", "!"+fileGlob(p))
		}
		if len(r.may) > 0 {
			line(5, "allow:")
			for _, p := range ours(r.may) {
				line(6, "- %q", importPrefix(p))
			}
		}
		line(5, "deny:")
		never := r.never
		if r.may != nil {
			never = append([]string{module + "/..."}, never...)
		}
		for _, p := range never {
			line(6, "- pkg: %q", importPrefix(p))
			line(7, "desc: %s", strconv.Quote(r.why))
		}
	}
	return b.String()
}

// fileGlob matches the files of the packages that a pattern covers.
func fileGlob(pattern string) string {
	if pattern == "..." {
		return "$all"
	}
	if dir, tree := strings.CutSuffix(pattern, "/..."); tree {
		return "**/" + dir + "/**"
	}
	return "**/" + pattern + "/*"
}

// importPrefix is depguard's way to write a pattern: a prefix, or with "$" at
// its end exactly this path.
func importPrefix(pattern string) string {
	if pattern == module+"/..." {
		return module + "/"
	}
	if dir, tree := strings.CutSuffix(pattern, "/..."); tree {
		return dir
	}
	return pattern + "$"
}
