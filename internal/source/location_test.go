package source

import (
	"errors"
	"strings"
	"testing"
)

func TestParseLocation(t *testing.T) {
	for _, tt := range []struct{ in, want, base string }{
		{"", "embedded", ""},
		{" embedded\n", "embedded", ""},
		{"./embedded", "./embedded", ""},
		{"lists/mine.md", "lists/mine.md", ""},
		{`C:\lists\mine.md`, `C:\lists\mine.md`, ""},
		{"https://example.com/a/list.md#top", "https://example.com/a/list.md", "https://example.com/a/list.md"},
		{"HTTPS://example.com/list.md", "https://example.com/list.md", "https://example.com/list.md"},
		{"http://intranet/list.md", "http://intranet/list.md", "http://intranet/list.md"},
		{"https://u:p@example.com/list.md?token=t", "https://example.com/list.md?…", "https://example.com/list.md"},

		{"https://github.com/o/r", "https://raw.githubusercontent.com/o/r/HEAD/README.md", "https://github.com/o/r/blob/HEAD/"},
		{"http://www.github.com/o/r.git/", "https://raw.githubusercontent.com/o/r/HEAD/README.md", "https://github.com/o/r/blob/HEAD/"},
		{"https://github.com/o/r?tab=readme-ov-file#x", "https://raw.githubusercontent.com/o/r/HEAD/README.md", "https://github.com/o/r/blob/HEAD/"},
		{"https://github.com/o/r/blob/main/docs/list.md", "https://raw.githubusercontent.com/o/r/main/docs/list.md", "https://github.com/o/r/blob/main/docs/"},
		{"https://github.com/o/r/raw/v1/list.md", "https://raw.githubusercontent.com/o/r/v1/list.md", "https://github.com/o/r/blob/v1/"},
		{"https://github.com/o/r/tree/main", "https://raw.githubusercontent.com/o/r/main/README.md", "https://github.com/o/r/blob/main/"},
		{"https://github.com/o/r/tree/main/docs", "https://raw.githubusercontent.com/o/r/main/docs/README.md", "https://github.com/o/r/blob/main/docs/"},
		{"https://github.com/o/r/blob/main/a%20b.md", "https://raw.githubusercontent.com/o/r/main/a%20b.md", "https://github.com/o/r/blob/main/"},
		{"https://github.com/o/r/blob/main/100%25/x.md", "https://raw.githubusercontent.com/o/r/main/100%25/x.md", "https://github.com/o/r/blob/main/100%25/"},
		{"https://github.com/o/r/issues", "https://github.com/o/r/issues", "https://github.com/o/r/issues"},
		{"https://github.com/o", "https://github.com/o", "https://github.com/o"},
		{
			"https://raw.githubusercontent.com/o/r/refs/heads/main/docs/list.md?token=t",
			"https://raw.githubusercontent.com/o/r/refs/heads/main/docs/list.md?…", "https://github.com/o/r/blob/main/docs/",
		},
		{"https://raw.githubusercontent.com/o", "https://raw.githubusercontent.com/o", "https://raw.githubusercontent.com/o"},
	} {
		at, err := ParseLocation(tt.in)
		if err != nil {
			t.Errorf("ParseLocation(%q): %v", tt.in, err)
			continue
		}
		if at.String() != tt.want {
			t.Errorf("ParseLocation(%q) = %q, want %q", tt.in, at, tt.want)
		}
		base := ""
		if u := at.base(); u != nil {
			base = u.String()
		}
		if base != tt.base {
			t.Errorf("ParseLocation(%q): links are relative to %q, want %q", tt.in, base, tt.base)
		}
	}
}

func TestParseLocationRefuses(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"ftp://example.com/list.md", "ftp://…: lists are not read over ftp; give an https address, or the path of a local file"},
		{"file:///etc/list.md", "file://…: lists are not read over file; give an https address, or the path of a local file"},
		{"https:/example.com/list.md", "https://…: this is not a valid address; write it as https://HOST/PATH, with spaces and stray % signs escaped"},
		{"https:///list.md", "https://…: this is not a valid address; write it as https://HOST/PATH, with spaces and stray % signs escaped"},
		{"https://u:s3cr3t/@h/%zz", "https://…: this is not a valid address; write it as https://HOST/PATH, with spaces and stray % signs escaped"},
	} {
		_, err := ParseLocation(tt.in)
		if err == nil || err.Error() != tt.want {
			t.Errorf("ParseLocation(%q): %v, want %s", tt.in, err, tt.want)
		}
		if in, ok := errors.AsType[*Error](err); !ok || in.Kind != BadLocation {
			t.Errorf("ParseLocation(%q): %#v, want a BadLocation", tt.in, err)
		}
	}
}

func TestRoot(t *testing.T) {
	for in, want := range map[string]string{
		"https://github.com/o/r":                                     "https://github.com/o/r/blob/HEAD/",
		"https://github.com/o/r/blob/main/docs/list.md":              "https://github.com/o/r/blob/main/",
		"https://raw.githubusercontent.com/o/r/refs/heads/v2/a/b.md": "https://github.com/o/r/blob/v2/",
		"https://raw.githubusercontent.com/o":                        "",
		"https://example.com/list.md":                                "",
		"list.md":                                                    "",
	} {
		at, err := ParseLocation(in)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if root := at.root(); root != nil {
			got = root.String()
		}
		if got != want {
			t.Errorf("the root of %s is %q, want %q", in, got, want)
		}
	}
}

func FuzzParseLocation(f *testing.F) {
	for _, s := range []string{
		"", "embedded", "a/b.md", "https://h/p", "http://h", "ftp://h", "https:x", "https://u:p@h/?q#f", "https://[::1%25a]:9/",
		"https://github.com/o/r/tree/m/..", "https://raw.githubusercontent.com/o/r/refs/heads//x?t", "https://h/%2e%2e/%zz",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := ParseLocation(s)
		if err != nil {
			if in, ok := errors.AsType[*Error](err); !ok || in.Why == "" || in.Fix == "" {
				t.Fatalf("ParseLocation(%q): %#v says not what to do", s, err)
			}
			return
		}
		again, err := ParseLocation(at.String())
		if err != nil {
			t.Fatalf("%q was read from %q, but cannot be read: %v", at, s, err)
		}
		if again.String() != at.String() {
			t.Fatalf("%q is read as %q, and that as %q", s, at, again)
		}
		if base := at.base(); base != nil && (base.User != nil || base.RawQuery != "") {
			t.Fatalf("%q: secrets in the address that links are relative to", s)
		}
		if at.url != nil && at.url.User != nil && strings.Contains(at.String(), "@") && !strings.Contains(at.url.Path+at.url.Host, "@") {
			t.Fatalf("%q: user name or password in %q", s, at)
		}
	})
}
