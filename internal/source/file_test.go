package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archbot/internal/catalog"
)

// write puts text into a file in a directory of the test's own, and returns
// its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	rewrite(t, path, text)
	return path
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		name, path string
		kind       Kind
		want       string // what follows the path
		cause      error
	}{
		{
			name: "missing", path: filepath.Join(dir, "none.md"), kind: Unreachable, cause: fs.ErrNotExist,
			want: "there is no such file; check the path (an address starts with https://)",
		},
		{name: "a directory", path: dir, kind: Unreachable, want: "it is a directory; name the Markdown file in it"},
		{name: "a device without end", path: os.DevNull, kind: Unreachable, want: "it is not a regular file, so it cannot be read again; save the list in a file"},
		{name: "a name that no system takes", path: "a\x00b.md", kind: Unreachable, want: "it cannot be read (invalid argument); check the path and the disk"},
		{name: "empty", path: write(t, "empty.md", ""), kind: NotList},
		{name: "every line malformed", path: write(t, "bad.md", strings.Repeat("- [x](\n[[[[\n| | |\n", 9)), kind: NotList},
		{
			name: "too large", path: write(t, "large.md", strings.Repeat("- [a](https://example.com)\n", catalog.MaxBytes/20)), kind: TooLarge,
			want: "it is larger than 10 MiB, or has no end; check that the location is the list's own, or split the list into several",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := newLoader(t, Config{Lists: []string{tt.path}}).Load(t.Context())
			in, ok := errors.AsType[*Error](err)
			if !ok || in.Kind != tt.kind || in.Fix == "" {
				t.Fatalf("%#v, want a %s", err, tt.kind)
			}
			if want := tt.path + ": " + tt.want; tt.want != "" && err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Errorf("%v does not wrap %v", err, tt.cause)
			}
		})
	}
}

func TestForbiddenFile(t *testing.T) {
	cause := &fs.PathError{Op: "open", Path: "list.md", Err: fs.ErrPermission}
	got := file{Location{path: "list.md"}}.unreadable(cause)
	if want := "list.md: it may not be read; give the user that archbot runs as the right to read it"; got.Error() != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestBeside(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{".git", "docs", "loose"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	rewrite(t, filepath.Join(root, "LICENSE"), "")
	rewrite(t, filepath.Join(root, "docs", "a b.md"), "")
	exists := beside(filepath.Join(root, "docs", "list.md"))
	for target, want := range map[string]bool{
		"a%20b.md":           true,
		"./a b.md#part":      true,
		"a%20b.md?raw=1#x":   true,
		"#part":              true,
		"../LICENSE":         true,
		"/LICENSE":           true,
		"/docs/a%20b.md":     true,
		"../docs":            true,
		"%zz":                false,
		"LICENSE":            false,
		"/docs/none.md":      false,
		"none.md#part":       false,
		"a%20b.md/inside.md": false,
		"a\x00b":             false,
	} {
		if got := exists(target); got != want {
			t.Errorf("%q exists: %v, want %v", target, got, want)
		}
	}
}

// Outside a repository nobody knows what "/x" is relative to.
func TestBesideWithoutRepository(t *testing.T) {
	exists := within(t.TempDir(), "")
	if !exists("/anything.md") || exists("anything.md") {
		t.Errorf("/anything.md: %v, anything.md: %v; want true, false", exists("/anything.md"), exists("anything.md"))
	}
}
