package catalog

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// URLKey is a resource's identity: two spellings of one address have the same
// key. It trims, decodes percent-escapes that are valid UTF-8, writes scheme
// and host in lower case, reads "//" as https and drops one final slash.
func URLKey(address string) string {
	s := strings.TrimSpace(address)
	if strings.IndexByte(s, '%') >= 0 {
		s = unescapePercent(s)
	}
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	if i := strings.Index(s, "://"); i > 0 {
		end := len(s)
		if j := strings.IndexAny(s[i+3:], "/?#"); j >= 0 {
			end = i + 3 + j
		}
		if head := s[:end]; hasUpper(head) {
			s = strings.ToLower(head) + s[end:]
		}
	}
	return strings.TrimSuffix(s, "/")
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// unescapePercent decodes each run of percent-escapes that is valid UTF-8 and
// leaves the others alone.
func unescapePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j+2 < len(s) && s[j] == '%' && isHex(s[j+1]) && isHex(s[j+2]) {
			j += 3
		}
		if j == i {
			b.WriteByte(s[i])
			i++
			continue
		}
		if plain, err := url.PathUnescape(s[i:j]); err == nil && utf8.ValidString(plain) {
			b.WriteString(plain)
		} else {
			b.WriteString(s[i:j])
		}
		i = j
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// target says what a link's destination is to the bot.
type target uint8

const (
	external  target = iota // an http or https address: a resource
	local                   // "#anchor": a place in this list
	relative                // a path: another file beside this list
	other                   // mailto:, ftp:, javascript: …: not for recommending
	malformed               // empty, or an http address without a host
)

// classify tells the kinds of destination apart. An external one comes back
// with its scheme completed.
func classify(dest string) (target, string) {
	dest = strings.TrimSpace(dest)
	switch {
	case dest == "":
		return malformed, dest
	case dest[0] == '#':
		return local, dest
	case strings.HasPrefix(dest, "//"):
		dest = "https:" + dest
	}
	colon := strings.IndexByte(dest, ':')
	if colon <= 0 || !isScheme(dest[:colon]) {
		return relative, dest
	}
	switch scheme := dest[:colon]; {
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return other, dest
	case !hasHost(dest[colon+1:]):
		return malformed, dest
	}
	return external, escapeUnsafe(dest)
}

// escapeUnsafe percent-escapes what no address may have but authors write all
// the same: spaces, control characters, quotes and angle brackets.
func escapeUnsafe(address string) string {
	first := 0
	for first < len(address) && !isUnsafe(address[first]) {
		first++
	}
	if first == len(address) {
		return address
	}
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; isUnsafe(c) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isUnsafe(c byte) bool {
	return c <= ' ' || c == '"' || c == '<' || c == '>' || c == '`' || c == 0x7f
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !('a' <= c && c <= 'z') && (i == 0 || !('0' <= c && c <= '9') && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return true
}

// hasHost reports whether what follows "http:" names a host that could exist.
func hasHost(rest string) bool {
	if !strings.HasPrefix(rest, "//") || len(rest) < 3 {
		return false
	}
	host := rest[2:]
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	return host != "" && host[0] != ':' && !strings.ContainsAny(host, " \t\n\"<>")
}
