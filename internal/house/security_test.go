package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// proof is how SECURITY.md names a test: `adapters/slack.TestHTTP`.
var proof = regexp.MustCompile("`((?:[a-z0-9]+/)*[a-z0-9]+)\\.((?:Test|Fuzz)[A-Z]\\w*)`")

// Every test that SECURITY.md calls a proof is there, and every row has one.
func TestThreatsHaveTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, model, _ := strings.Cut(string(text), "\n## Threat model\n")
	model, _, _ = strings.Cut(model, "\n## ")
	threats := 0
	for line := range strings.Lines(model) {
		named := proof.FindAllStringSubmatch(line, -1)
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| threat |") {
			if threats++; len(named) == 0 {
				t.Errorf("no test shows what this says:\n%s", line)
			}
		}
		for _, n := range named {
			if !hasTest(t, n[1], n[2]) {
				t.Errorf("%s has no %s", n[1], n[2])
			}
		}
	}
	if threats < 10 {
		t.Errorf("the threat model has %d rows; is it still a table?", threats)
	}
}

// hasTest reports whether a directory has a test of that name.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), "\nfunc "+name+"(")
	})
}

// No text that somebody sends is made into a regular expression, and those that there
// are run in Go's own engine, whose time is linear in the text
// (https://pkg.go.dev/regexp#hdr-Syntax): each is a literal that is compiled once.
func TestRegexpsAreConstant(t *testing.T) {
	shipped(t, func(fset *token.FileSet, file *ast.File) {
		functions := make(map[ast.Node]bool) // what is inside of one
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				ast.Inspect(f, func(n ast.Node) bool { functions[n] = true; return true })
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			what := selected(call.Fun, "regexp")
			if what == "" || what == "QuoteMeta" {
				return true
			}
			literal := false
			if len(call.Args) == 1 {
				lit, ok := call.Args[0].(*ast.BasicLit)
				literal = ok && lit.Kind == token.STRING
			}
			if what != "MustCompile" || !literal || functions[call] {
				t.Errorf("%s: regexp.%s of what is no literal, or more than once", fset.Position(call.Pos()), what)
			}
			return true
		})
	})
}

// Adapters know people by their ids, and read nobody's name: none can have a mention,
// markup or a line of log in it.
func TestNobodysNameIsRead(t *testing.T) {
	names := []string{"RealName", "DisplayName", "GlobalName", "Username", "UserName", "Nick"}
	shipped(t, func(fset *token.FileSet, file *ast.File) {
		if !strings.Contains(filepath.ToSlash(fset.Position(file.Pos()).Filename), "/adapters/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(names, s.Sel.Name) {
				t.Errorf("%s: it reads .%s", fset.Position(s.Pos()), s.Sel.Name)
			}
			return true
		})
	})
}

// selected is the name that an expression takes from a package; empty for another.
func selected(e ast.Expr, pkg string) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
			return s.Sel.Name
		}
	}
	return ""
}

// shipped looks at every file of ours that is built into archbot, or could be: no
// tests, fakes or suites.
func shipped(t *testing.T, look func(*token.FileSet, *ast.File)) {
	t.Helper()
	fset := token.NewFileSet()
	seen := 0
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/search/peers/") || matches(testOnly, filepath.ToSlash(filepath.Dir(name))) {
			continue
		}
		file, err := parser.ParseFile(fset, filepath.Join(root, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		look(fset, file)
	}
	if seen < 100 {
		t.Errorf("only %d files of ours were looked at", seen)
	}
}
