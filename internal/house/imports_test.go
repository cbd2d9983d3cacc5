package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the module's directory, seen from this package's.
const root = "../.."

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		for _, r := range rules {
			for _, breach := range r.breaches(p) {
				t.Error(breach)
			}
		}
	}
}

// A package that no rule speaks about could import anything.
func TestEveryPackageHasARule(t *testing.T) {
	for _, p := range packages(t) {
		if path, ok := p.path(); ok && !hasRoom(path) {
			t.Errorf("%s: no rule in internal/house/rules_test.go says what it may import: add one", p.ImportPath)
		}
	}
}

// hasRoom tells whether a rule lists what a package of ours may import of ours.
func hasRoom(path string) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.may != nil && r.binds(path) })
}

func TestFakesAndSuitesAreKnown(t *testing.T) {
	for _, p := range packages(t) {
		if path, ok := p.path(); ok && looksTestOnly(path) && !matches(testOnly, path) {
			t.Errorf("%s is called like a fake or a conformance suite: add it to testOnly in internal/house/rules_test.go", p.ImportPath)
		}
	}
}

// looksTestOnly tells whether a package is called as fakes and suites are.
func looksTestOnly(p string) bool {
	name := path.Base(p)
	return strings.HasSuffix(name, "fake") || strings.HasSuffix(name, "test")
}

func TestPackageNamesAndComments(t *testing.T) {
	for _, p := range packages(t) {
		if _, ok := p.path(); ok {
			for _, fault := range naming(p) {
				t.Error(fault)
			}
		}
	}
}

// naming says what is wrong with a package's name and comment.
func naming(p pkg) []string {
	var out []string
	for _, name := range []string{p.Name, path.Base(p.ImportPath)} {
		switch name {
		case "util", "utils", "common", "helper", "helpers", "model", "models", "misc", "shared", "types":
			out = append(out, p.ImportPath+": the name says nothing of what is in it; name its subject")
		}
	}
	if p.Doc == "" {
		out = append(out, p.ImportPath+": no package comment says what it is for")
	}
	return slices.Compact(out)
}

// packages gives our packages and all that they depend on.
func packages(t *testing.T) []pkg {
	t.Helper()
	list, err := graph()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var graph = sync.OnceValues(func() ([]pkg, error) {
	// The tests' results are cached by the files that the test itself looked at,
	// not by those that go list did: look at all of them.
	if err := look(root); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Name,Doc,Standard,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = root
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New("go list: " + err.Error() + "\n" + complaint.String())
	}
	var list []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
})

// look reads every directory of the tree, and with them the times of all files.
func look(dir string) error {
	return filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "bin") {
			return fs.SkipDir
		}
		return err
	})
}
