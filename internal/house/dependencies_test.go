package house

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each direct requirement of go.mod has a word in the README, in the table where code
// that ships imports it, below it where tests alone do; and nothing else has.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	table, below, _ := strings.Cut(section, "\nFor tests alone:")
	if !found || below == "" {
		t.Fatal("the README says nothing of dependencies, or of those for tests")
	}
	// A name as the README writes it: without the host of most, and without a version.
	named := regexp.MustCompile(`\[([a-z0-9.-]+(?:/[A-Za-z0-9._-]+)+)\]\(https://[^)]+\)`)
	words := regexp.MustCompile(`(?m)^\| \[([a-z0-9._/-]+)\]\(https://[^)]+\) \| \S+ \S+`)
	for _, part := range []struct {
		where string
		names [][]string
		ships bool
	}{
		{"the table", words.FindAllStringSubmatch(table, -1), true},
		{"what is for tests alone", named.FindAllStringSubmatch(below, -1), false},
	} {
		var got []string
		for _, n := range part.names {
			got = append(got, n[1])
		}
		var want []string
		for _, module := range required(t) {
			if imported(t, module) == part.ships {
				want = append(want, short(module))
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s of the README's dependencies has\n\t%v\nand go.mod\n\t%v", part.where, got, want)
		}
	}
}

// required are the modules that go.mod asks for directly.
func required(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range mod.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// imported reports whether code that ships imports a package of the module.
func imported(t *testing.T, module string) bool {
	t.Helper()
	return slices.ContainsFunc(packages(t), func(p pkg) bool {
		path, ours := p.path()
		return ours && !matches(testOnly, path) && slices.ContainsFunc(p.Imports, func(i string) bool {
			return i == module || strings.HasPrefix(i, module+"/")
		})
	})
}

// version is the end of a module's path that says which major version it is.
var version = regexp.MustCompile(`/v\d+$`)

// short is a module's name as the README writes it.
func short(module string) string {
	return strings.TrimPrefix(version.ReplaceAllString(module, ""), "github.com/")
}
