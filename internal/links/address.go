package links

import (
	"errors"
	"net/url"
	"strings"
)

var errNoAddress = errors.New("no web address")

// parse reads a link as browsers do: a percent sign that escapes nothing stands
// for itself. The fragment is left out, since no server is told, and the host is
// in lower case, so that two spellings are one address.
func parse(link string) (*url.URL, error) {
	at, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		at, err = url.Parse(mended(strings.TrimSpace(link)))
	}
	if err != nil || !isWeb(at) {
		return nil, errNoAddress
	}
	at.Host, at.Fragment, at.RawFragment = strings.ToLower(at.Host), "", ""
	return at, nil
}

// isWeb reports whether an address can be asked for over http or https.
func isWeb(at *url.URL) bool {
	return (at.Scheme == "https" || at.Scheme == "http") && at.Hostname() != ""
}

// mended escapes the percent signs that escape nothing.
func mended(link string) string {
	var b strings.Builder
	for i := range len(link) {
		b.WriteByte(link[i])
		if link[i] == '%' && (i+2 >= len(link) || !isHex(link[i+1]) || !isHex(link[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// withFragment is an address with the fragment of the link that led to it: where
// a redirect names none of its own, a browser keeps it.
func withFragment(to *url.URL, link string) string {
	_, fragment, ok := strings.Cut(link, "#")
	if !ok || to.Fragment != "" {
		return to.String()
	}
	return to.String() + "#" + fragment
}
