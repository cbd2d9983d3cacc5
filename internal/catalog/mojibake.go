package catalog

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// repairing is one run of text that had been decoded with the wrong code page.
type repairing struct {
	at             int // offset in the repaired text
	was, now, page string
}

// extend adds the next character of a run, as far as it is worth quoting.
func (r *repairing) extend(was string, meant rune) {
	if len(r.was) < 200 {
		r.was += was
		r.now += string(meant)
	}
}

// codePage is a one-byte code page through which UTF-8 is often misread.
type codePage struct {
	name   string
	toByte map[rune]byte
}

// codePages are those met in real lists: "ğŸ“š" comes of windows-1254, "â€™" of
// windows-1252, "‚Äî" of Mac Roman.
var codePages = []codePage{
	newCodePage("windows-1252", charmap.Windows1252),
	newCodePage("windows-1254", charmap.Windows1254),
	newCodePage("Mac Roman", charmap.Macintosh),
}

func newCodePage(name string, m *charmap.Charmap) codePage {
	p := codePage{name: name, toByte: make(map[rune]byte, 128)}
	for b := 0x80; b <= 0xff; b++ {
		r := m.DecodeByte(byte(b))
		if r == utf8.RuneError {
			r = rune(b) // undefined there; browsers pass the control character on
		}
		p.toByte[r] = byte(b)
	}
	return p
}

// decodeAt reads one misread UTF-8 sequence at the start of s. It returns the
// character that was meant, and how many bytes of s stand for it; 0 when there
// is none.
func (p *codePage) decodeAt(s string) (meant rune, width int) {
	var buf [utf8.UTFMax]byte
	n, want := 0, 0
	for i, r := range s {
		b, ok := p.toByte[r]
		if !ok {
			return 0, 0
		}
		if n == 0 {
			if want = sequenceLength(b); want == 0 {
				return 0, 0
			}
		}
		buf[n] = b
		n++
		if n < want {
			continue
		}
		meant, size := utf8.DecodeRune(buf[:n])
		if meant == utf8.RuneError || size != n {
			return 0, 0
		}
		return meant, i + utf8.RuneLen(r)
	}
	return 0, 0
}

// sequenceLength is the length of the UTF-8 sequence that b leads, 0 for none.
func sequenceLength(b byte) int {
	switch {
	case 0xc2 <= b && b <= 0xdf:
		return 2
	case 0xe0 <= b && b <= 0xef:
		return 3
	case 0xf0 <= b && b <= 0xf4:
		return 4
	}
	return 0
}

// repair undoes misreadings where they are certain, and says what it changed.
//
// A sequence that decodes to a symbol, a dash or an emoji is no accident. One
// that decodes to a letter may be (the French "é…»" reads as a Chinese one), so
// those are repaired only in a text that has hardly anything else beyond ASCII.
func repair(s string) (string, []repairing) {
	var best *codePage
	var most evidence
	wide := wideRuns(s)
	for i := range codePages {
		if e := codePages[i].weigh(wide); e.certain() && e.symbols+e.letters > most.symbols+most.letters {
			best, most = &codePages[i], e
		}
	}
	if best == nil {
		return s, nil
	}
	return best.rewrite(s, most.throughout())
}

// evidence counts what a text has beyond ASCII, as one code page sees it.
type evidence struct {
	symbols int // misread sequences that decode to a symbol or an emoji
	letters int // misread sequences that decode to anything else
	others  int // characters that are no misreading
}

// throughout reports whether the whole text was misread, not parts of it.
func (e evidence) throughout() bool { return e.symbols+e.letters > 4*e.others }

func (e evidence) certain() bool { return e.symbols > 0 || e.letters >= 3 && e.throughout() }

func (p *codePage) weigh(s string) (e evidence) {
	for i := nextWide(s, 0); i < len(s); i = nextWide(s, i) {
		meant, width := p.decodeAt(s[i:])
		switch {
		case width == 0:
			_, width = utf8.DecodeRuneInString(s[i:])
			e.others++
		case isSymbol(meant):
			e.symbols++
		default:
			e.letters++
		}
		i += width
	}
	return e
}

// isSymbol covers general punctuation to dingbats, variation selectors, and
// every emoji.
func isSymbol(r rune) bool {
	return 0x2000 <= r && r <= 0x2bff || 0xfe00 <= r && r <= 0xfe0f || 0x1f000 <= r && r <= 0x1ffff
}

// rewrite puts what was meant in the place of misread sequences: of all of
// them, or of those that mean a symbol alone.
func (p *codePage) rewrite(s string, all bool) (string, []repairing) {
	var out []repairing
	var b strings.Builder
	b.Grow(len(s))
	last, end := 0, -1 // what is written so far; where the latest repair ends
	for i := nextWide(s, 0); i < len(s); i = nextWide(s, i) {
		meant, width := p.decodeAt(s[i:])
		if width == 0 || !all && !isSymbol(meant) {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		b.WriteString(s[last:i])
		if i == end {
			out[len(out)-1].extend(s[i:i+width], meant)
		} else {
			out = append(out, repairing{b.Len(), s[i : i+width], string(meant), p.name})
		}
		b.WriteRune(meant)
		i += width
		last, end = i, i
	}
	b.WriteString(s[last:])
	return b.String(), out
}

// wideRuns is all that s has beyond ASCII, with a space between the runs.
func wideRuns(s string) string {
	var b strings.Builder
	for i := nextWide(s, 0); i < len(s); i = nextWide(s, i) {
		end := i
		for end < len(s) && s[end] >= utf8.RuneSelf {
			end++
		}
		b.WriteString(s[i:end])
		b.WriteByte(' ')
		i = end
	}
	return b.String()
}

// nextWide is the offset of the first byte beyond ASCII at or after i. It looks
// at eight bytes at a time, since most text has none.
func nextWide(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if (s[i]|s[i+1]|s[i+2]|s[i+3]|s[i+4]|s[i+5]|s[i+6]|s[i+7])&utf8.RuneSelf != 0 {
			break
		}
	}
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	return i
}
