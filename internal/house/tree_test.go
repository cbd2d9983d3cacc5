package house

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// topLevel is everything that lies at the top of the tree.
var topLevel = []string{
	"adapters", "cmd", "data", "deploy", "internal",
	"go.mod", "go.sum", "Dockerfile", ".dockerignore", "Makefile",
	"README.md", "CONTRIBUTING.md", "LICENSE.md", "SECURITY.md",
	".ci", ".editorconfig", ".golangci.yml",
	".gitattributes", ".github", ".gitignore",
}

func TestTopLevel(t *testing.T) {
	for _, file := range files(t) {
		if entry := topEntry(file); !slices.Contains(topLevel, entry) {
			t.Errorf("%s: the top level has a fixed set of entries (internal/house/tree_test.go)", entry)
		}
	}
}

// topEntry is a slash-separated path's first element.
func topEntry(file string) string {
	entry, _, _ := strings.Cut(file, "/")
	return entry
}

// machinePath finds absolute paths that exist on somebody's own machine only.
var machinePath = regexp.MustCompile(`(^|[^\w./-])(/(home|Users|work)/[\w.-]+/[\w.-]+|[A-Z]:\\Users\\\w+)`)

func TestNoMachinePaths(t *testing.T) {
	for _, file := range files(t) {
		if file == "internal/house/tree_test.go" {
			continue // shows some below
		}
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := machinePath.FindString(line); found != "" {
				t.Errorf("%s:%d: a path of one machine: %s", file, i+1, strings.TrimSpace(found))
			}
		}
	}
}

func TestTreeRulesBite(t *testing.T) {
	if slices.Contains(topLevel, topEntry("pkg/errors/errors.go")) || !slices.Contains(topLevel, topEntry("cmd/archbot/main.go")) {
		t.Error("entries at the top level are not told apart")
	}
	for text, want := range map[string]bool{
		`open("/home/ada/archbot/list.md")`:       true,
		`see /Users/ada/src/archbot`:              true,
		`C:\Users\ada`:                            true,
		`/work/tree/main.go`:                      true,
		`https://example.org/home/ada/index.html`: false,
		`COPY --chown=nonroot . /home/nonroot`:    false,
		`the /home page/index of a site`:          false,
		`internal/home/work/list.md`:              false,
	} {
		if got := machinePath.MatchString(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// files gives the slash-separated paths of all tracked files, or in a copy
// without git those of all files.
func files(t *testing.T) []string {
	t.Helper()
	if err := look(root); err != nil { // see graph
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", root, "ls-files", "-z").Output(); err == nil {
		list := strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
		return slices.DeleteFunc(list, func(file string) bool {
			_, err := os.Stat(filepath.Join(root, file)) // removed, not yet committed
			return err != nil
		})
	}
	var list []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if file == ".git" || file == "bin" {
			return fs.SkipDir
		}
		if !d.IsDir() && file != "archbot" { // what `go build ./cmd/archbot` leaves
			list = append(list, filepath.ToSlash(file))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
