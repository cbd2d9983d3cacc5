package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// caching is the list that the README's examples are about.
const caching = `# Awesome Caching

## Strategies

- [Caching guide](https://example.com/guide) - Where to put a cache, and when not to. ` + "`article` `2021` `intro`" + `
- [Cache eviction in depth](https://youtu.be/x) - LRU, LFU and what replaced them. ` + "`video` `2023` `advanced`" + `

<!-- Deliberately twice: -->
- [Guide to caching](https://example.com/guide)
`

// TestREADME runs every example of the README and compares what it prints.
func TestREADME(t *testing.T) {
	src, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var script, files strings.Builder
	examples := strings.Split(string(src), "\n    $ ")[1:]
	for i, example := range examples {
		command, rest, _ := strings.Cut(example, "\n")
		verdict := ""
		if strings.Contains(command, "list check") {
			verdict = "! " // the list has an error
		}
		fmt.Fprintf(&script, "%sexec %s\ncmp stdout want%d\n", verdict, command, i)
		fmt.Fprintf(&files, "-- want%d --\n%s", i, indented(rest))
	}
	if len(examples) < 3 {
		t.Fatalf("the README has only %d examples", len(examples))
	}
	dir := t.TempDir()
	archive := script.String() + files.String() + "-- caching.md --\n" + caching
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), []byte(archive), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir})
}

// indented is the code block that s begins with, without its indentation and
// the blank lines at its end.
func indented(s string) string {
	var block []string
	for line := range strings.Lines(s) {
		code, ok := strings.CutPrefix(line, "    ")
		if !ok && strings.TrimSpace(line) != "" {
			break
		}
		if !ok {
			code = "\n"
		}
		block = append(block, code)
	}
	return strings.TrimRight(strings.Join(block, ""), "\n") + "\n"
}
