package catalog

import (
	"iter"
	"strings"
)

// addresses finds the bare web addresses in s, as offsets where each begins and
// ends. Unlike goldmark's own extension it also sees one that follows a letter
// of another script or its punctuation ("官网：https://…").
func addresses(s string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		scheme, www := find(s, "://", 0), find(s, "www.", 0)
		for at := 0; scheme < len(s) || www < len(s); {
			start, host := www, www+len("www.")
			if scheme < www {
				start, host = schemeStart(s, scheme), scheme+len("://")
			}
			end := host
			if start >= at && start < host && (start == 0 || !isLetter(s[start-1])) {
				end = addressEnd(s, host)
				if strings.IndexByte(s[host:end], '.') > 0 && !yield(start, end) {
					return
				}
			}
			at = max(end, host)
			if scheme < at {
				scheme = find(s, "://", at)
			}
			if www < at {
				www = find(s, "www.", at)
			}
		}
	}
}

// find is the offset of what in s at or after at; len(s) when it is not there.
func find(s, what string, at int) int {
	if i := strings.Index(s[at:], what); i >= 0 {
		return at + i
	}
	return len(s)
}

// schemeStart is where "http" or "https" begins before the "://" at i; behind it
// for any other scheme.
func schemeStart(s string, i int) int {
	for _, name := range []string{"https", "http"} {
		if start := i - len(name); start >= 0 && strings.EqualFold(s[start:i], name) {
			return start
		}
	}
	return len(s)
}

// addressEnd is where the address whose host begins at host ends; punctuation
// that closes the sentence around it is not part of it.
func addressEnd(s string, host int) int {
	end := host
	for end < len(s) && isAddressByte(s[end]) {
		end++
	}
	return host + len(strings.TrimRight(s[host:end], `?!.,:*_~'")];`))
}

func isWWW(address string) bool { return strings.HasPrefix(address, "www.") }

func isLetter(c byte) bool { c |= 0x20; return 'a' <= c && c <= 'z' }

func isAddressByte(c byte) bool {
	return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"' && c != '`' && c != '|' && c != '\\'
}
