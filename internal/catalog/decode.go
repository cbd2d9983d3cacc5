package catalog

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoded is a list's text, ready for Markdown: valid UTF-8 without a byte
// order mark, lines ended by "\n" alone, front matter blanked.
type decoded struct {
	text    string
	src     []byte      // the same; what was given, when nothing had to change
	legacy  bool        // it was no UTF-8 at all, but a one-byte code page
	damaged []int       // offsets in text of bytes that could not be read
	repairs []repairing // text that had been decoded with the wrong code page
}

// decode reads bytes as text. UTF-16 is known by its byte order mark; a legacy
// code page is assumed only where the bytes are no UTF-8.
func decode(src []byte) decoded {
	var d decoded
	switch {
	case bytes.HasPrefix(src, []byte{0xef, 0xbb, 0xbf}):
		d.text = string(src[3:])
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		d.text = decodeUTF16(src[2:], binary.LittleEndian)
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		d.text = decodeUTF16(src[2:], binary.BigEndian)
	default:
		d.text = string(src)
	}
	d.text = expandIndents(unifyNewlines(d.text))
	if !utf8.ValidString(d.text) {
		d.mend()
	}
	d.text, d.repairs = repair(d.text)
	d.text = blankFrontMatter(d.text)
	if d.src = src; d.text != string(src) {
		d.src = []byte(d.text)
	}
	return d
}

func decodeUTF16(src []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(src)/2)
	for i := range units {
		units[i] = order.Uint16(src[2*i:])
	}
	return string(utf16.Decode(units))
}

// unifyNewlines ends every line with "\n": Windows and old Macintosh files
// do not, and goldmark knows no bare carriage return.
func unifyNewlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
}

// expandIndents writes the white space before each line as spaces. goldmark
// loses list items whose indentation mixes spaces and tabs.
func expandIndents(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/16)
	for line := range strings.Lines(s) {
		column, i := 0, 0
		for ; i < len(line) && (line[i] == ' ' || line[i] == '\t'); i++ {
			if line[i] == '\t' {
				column += 4 - column%4
			} else {
				column++
			}
		}
		for range column {
			b.WriteByte(' ')
		}
		b.WriteString(line[i:])
	}
	return b.String()
}

// mend makes text that is no valid UTF-8 readable. A file whose bytes above
// 0x7f are mostly broken was saved in a one-byte code page; in one that is
// mostly sound, the broken bytes alone are replaced.
func (d *decoded) mend() {
	sound, broken := 0, 0
	for i := 0; i < len(d.text); {
		r, n := utf8.DecodeRuneInString(d.text[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else if n > 1 {
			sound++
		}
		i += n
	}
	if broken >= sound {
		// Every byte has a meaning in windows-1252, so this cannot fail.
		d.text, _ = charmap.Windows1252.NewDecoder().String(d.text)
		d.legacy = true
		return
	}
	var b strings.Builder
	b.Grow(len(d.text))
	for i := 0; i < len(d.text); {
		r, n := utf8.DecodeRuneInString(d.text[i:])
		if r == utf8.RuneError && n == 1 {
			d.damaged = append(d.damaged, b.Len())
		}
		b.WriteRune(r)
		i += n
	}
	d.text = b.String()
}

// blankFrontMatter empties the lines of a YAML or TOML block at the very top,
// so that it is no content and every line keeps its number.
func blankFrontMatter(s string) string {
	fence, _, found := strings.Cut(s, "\n")
	fence = strings.TrimRight(fence, " \t")
	if !found || fence != "---" && fence != "+++" {
		return s
	}
	for start := strings.IndexByte(s, '\n') + 1; start < len(s); {
		end := strings.IndexByte(s[start:], '\n')
		if end < 0 {
			end = len(s) - start
		}
		line := strings.TrimRight(s[start:start+end], " \t")
		start = min(start+end+1, len(s))
		if line == fence || fence == "---" && line == "..." {
			return strings.Repeat("\n", strings.Count(s[:start], "\n")) + s[start:]
		}
		if fence == "---" && !isFrontMatterLine(line) {
			return s // a thematic break, not front matter
		}
	}
	return s
}

// isFrontMatterLine reports whether a line could stand in a YAML block: empty,
// indented, a comment, a list entry or "key: value".
func isFrontMatterLine(line string) bool {
	if line == "" || line[0] == ' ' || line[0] == '\t' || line[0] == '#' || strings.HasPrefix(line, "- ") {
		return true
	}
	key, _, ok := strings.Cut(line, ":")
	return ok && !strings.ContainsAny(key, " []()*")
}
