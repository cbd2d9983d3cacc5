package source

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Embedded is the location of the list that is built in; the empty string
// means it too. A file of that name is "./embedded".
const Embedded = "embedded"

// Location is where a list is: embedded, a file or a URL.
type Location struct {
	path string   // a file
	url  *url.URL // a URL, without its fragment; both empty when embedded
}

var schemed = regexp.MustCompile(`^(?i:([a-z][a-z0-9+.-]*)://|(https?):)`)

// ParseLocation reads a location: "" or "embedded", a file's path, or an
// https address. The address of a repository or file on github.com becomes
// that of the Markdown behind the page. A plain http address is read as well;
// New turns it down unless private addresses are allowed.
func ParseLocation(s string) (Location, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == Embedded {
		return Location{}, nil
	}
	m := schemed.FindStringSubmatch(s)
	if m == nil {
		return Location{path: s}, nil
	}
	// The address is not quoted in an error: what cannot be parsed cannot be
	// redacted either.
	scheme := strings.ToLower(m[1] + m[2])
	if scheme != "https" && scheme != "http" {
		return Location{}, &Error{
			Kind: BadLocation, List: scheme + "://…",
			Why: "lists are not read over " + scheme, Fix: "give an https address, or the path of a local file",
		}
	}
	u, err := url.Parse(s)
	if err == nil {
		_, err = url.Parse(u.String()) // of what stands in an IPv6 address's zone, not all that is read can be written
	}
	if err != nil || u.Hostname() == "" {
		return Location{}, &Error{
			Kind: BadLocation, List: scheme + "://…",
			Why: "this is not a valid address", Fix: "write it as https://HOST/PATH, with spaces and stray % signs escaped",
		}
	}
	u.Fragment, u.RawFragment = "", ""
	return Location{url: rawGitHub(u)}, nil
}

// String returns the location as it is read, fit for logs: of a URL, user
// name, password and query are left out, since they may be secrets.
func (l Location) String() string {
	switch {
	case l.url != nil:
		shown := *l.url
		shown.User, shown.ForceQuery, shown.RawQuery = nil, false, ""
		if l.url.RawQuery != "" {
			return shown.String() + "?…"
		}
		return shown.String()
	case l.path != "":
		return l.path
	}
	return Embedded
}

// plain reports whether the list would travel unencrypted.
func (l Location) plain() bool { return l.url != nil && l.url.Scheme == "http" }

// leaks reports whether text repeats something of the URL that String hides.
func (l Location) leaks(text string) bool {
	secrets := []string{l.url.RawQuery}
	if l.url.User != nil {
		password, _ := l.url.User.Password()
		secrets = append(secrets, l.url.User.Username(), password)
	}
	for _, values := range l.url.Query() {
		secrets = append(secrets, values...)
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// base is what the list's relative links are relative to. It is taken from the
// location and not from where redirects end, so that a resource's URL, which is
// its identity, does not change with a server's storage.
func (l Location) base() *url.URL {
	if l.url == nil {
		return nil
	}
	base := *l.url
	base.User, base.ForceQuery, base.RawQuery = nil, false, ""
	if base.Host != rawHost {
		return &base
	}
	// People who follow a link want the page, not the Markdown behind it.
	parts := strings.SplitN(strings.TrimPrefix(base.EscapedPath(), "/"), "/", 3)
	if len(parts) < 3 {
		return &base
	}
	within := path.Dir(trimRef(parts[2]))
	return (&url.URL{Scheme: "https", Host: "github.com"}).JoinPath(parts[0], parts[1], "blob", within, "/")
}

// root is what links that begin with a slash are relative to, where it is not
// the host's root: in a repository on GitHub, the repository's; else nil.
func (l Location) root() *url.URL {
	if l.url == nil || l.url.Host != rawHost {
		return nil
	}
	parts := strings.SplitN(strings.TrimPrefix(l.url.EscapedPath(), "/"), "/", 3)
	if len(parts) < 3 {
		return nil
	}
	ref, _, _ := strings.Cut(trimRef(parts[2]), "/")
	return (&url.URL{Scheme: "https", Host: "github.com"}).JoinPath(parts[0], parts[1], "blob", ref, "/")
}

const rawHost = "raw.githubusercontent.com"

// rawGitHub returns the address of the Markdown behind a repository's or a
// file's page on github.com, and any other address as it is.
func rawGitHub(u *url.URL) *url.URL {
	if host := strings.ToLower(u.Hostname()); host != "github.com" && host != "www.github.com" {
		return u
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(parts) < 2 {
		return u
	}
	repo := parts[:2:2]
	repo[1] = strings.TrimSuffix(repo[1], ".git")
	var within []string // the reference and what follows it
	switch {
	case len(parts) == 2:
		within = []string{"HEAD", "README.md"}
	case len(parts) >= 4 && parts[2] == "tree":
		within = slices.Concat(parts[3:], []string{"README.md"})
	case len(parts) >= 5 && (parts[2] == "blob" || parts[2] == "raw"):
		within = parts[3:]
	default:
		return u
	}
	raw := &url.URL{Scheme: "https", User: u.User, Host: rawHost}
	return raw.JoinPath(append(repo, within...)...)
}

// trimRef shortens refs/heads/main to main, as GitHub's own pages do.
func trimRef(within string) string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/"} {
		if rest, ok := strings.CutPrefix(within, prefix); ok {
			return rest
		}
	}
	return within
}
