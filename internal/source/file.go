package source

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// file is a list on the local disk. It is read at every reload: that is cheap,
// and its content tells more reliably than its time whether it has changed.
type file struct{ at Location }

func (f file) fetch(ctx context.Context, _ validators) (document, error) {
	if err := ctx.Err(); err != nil {
		return document{}, f.failure("the load was stopped", "try again", err)
	}
	// Opening a named pipe would wait for somebody to write into it.
	info, err := os.Stat(f.at.path)
	switch {
	case err != nil:
		return document{}, f.unreadable(err)
	case info.IsDir():
		return document{}, f.failure("it is a directory", "name the Markdown file in it", nil)
	case !info.Mode().IsRegular():
		return document{}, f.failure("it is not a regular file, so it cannot be read again", "save the list in a file", nil)
	}
	open, err := os.Open(f.at.path)
	if err != nil {
		return document{}, f.unreadable(err)
	}
	defer open.Close()
	body, err := readBounded(open, f.at)
	if tooLarge := (*Error)(nil); errors.As(err, &tooLarge) {
		return document{}, tooLarge
	}
	if err != nil {
		return document{}, f.unreadable(err)
	}
	return document{body: body}, nil
}

func (f file) unreadable(err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.failure("there is no such file", "check the path (an address starts with https://)", err)
	case errors.Is(err, fs.ErrPermission):
		return f.failure("it may not be read", "give the user that archbot runs as the right to read it", err)
	}
	cause := err
	if in := (*fs.PathError)(nil); errors.As(err, &in) {
		cause = in.Err // the path is said already
	}
	return f.failure("it cannot be read ("+cause.Error()+")", "check the path and the disk", err)
}

func (f file) failure(why, fix string, err error) *Error {
	return &Error{Kind: Unreachable, List: f.at.String(), Why: why, Fix: fix, Err: err}
}

// beside returns the function that tells whether a relative link of the list
// leads to something.
func beside(list string) func(target string) bool {
	dir := filepath.Dir(list)
	return within(dir, repository(dir))
}

func within(dir, root string) func(target string) bool {
	return func(target string) bool {
		target, _, _ = strings.Cut(target, "#")
		target, _, _ = strings.Cut(target, "?")
		if plain, err := url.PathUnescape(target); err == nil {
			target = plain
		}
		from := dir
		if strings.HasPrefix(target, "/") {
			if root == "" {
				return true // whose root it is relative to is not known here
			}
			from = root
		}
		_, err := os.Stat(filepath.Join(from, filepath.FromSlash(target)))
		return err == nil
	}
}

// repository returns the root of the repository that encloses dir, or "".
func repository(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
