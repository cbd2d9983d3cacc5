package source

import "os"

// watch tells when a local file has changed since it was last read.
type watch struct {
	path string
	read os.FileInfo // as it was just before it was read; nil when it was missing
	last os.FileInfo // as it was at the last look
}

// reading notes the file's state; call it before reading, so that a change
// while it is read is seen at the next look.
func (w *watch) reading() {
	w.read = w.stat()
	w.last = w.read
}

// changed looks at the file and reports whether it is another one than the one
// that was read, and has been left alone since the look before.
func (w *watch) changed() bool {
	now := w.stat()
	settled := same(now, w.last)
	w.last = now
	return settled && !same(now, w.read)
}

func (w *watch) stat() os.FileInfo {
	info, err := os.Stat(w.path) // of what a symbolic link leads to
	if err != nil {
		return nil
	}
	return info
}

func same(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
