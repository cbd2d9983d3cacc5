package vocabulary

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of a vocabulary. What is beyond is no mistake in typing.
const (
	maxBytes    = 4 << 20
	maxEntries  = 50_000
	maxTerm     = 120 // runes
	maxTalk     = 400 // runes
	maxMeaning  = 400 // runes
	maxMeanings = 8
)

// weak is how the third column says that a term has other readings, too.
const weak = "weak"

// nothing is what talk means that is about nothing of the list.
const nothing = "-"

const (
	columns     = "write term, tab, meaning, and after another tab perhaps " + weak
	talkColumns = "write what people say, tab, the topic that they mean, or " + nothing
)

// Parse reads a file of terms; name is what problems call it. Each line that is
// wrong is a problem and is left out, so the result is never nil.
func Parse(src []byte, name string) (*Vocabulary, []Problem) {
	return parse(src, parser{longest: maxTerm, problems: problems{file: name}})
}

// ParseTalk does what Parse does for a file of talk.
func ParseTalk(src []byte, name string) (*Vocabulary, []Problem) {
	return parse(src, parser{longest: maxTalk, use: Talk, problems: problems{file: name}})
}

func parse(src []byte, p parser) (*Vocabulary, []Problem) {
	lines := min(bytes.Count(src, []byte("\n"))+1, maxEntries)
	p.lines, p.entries = make(map[string]int, lines), make([]Entry, 0, lines)
	name := p.problems.file
	if len(src) > maxBytes {
		p.problems.add(0, "split it or trim it", "%d bytes are more than the %d that are read", len(src), maxBytes)
		return &Vocabulary{name: name}, p.problems.all()
	}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(src, []byte("\uFEFF"))) {
		number++
		p.line(number, string(bytes.TrimRight(line, "\r\n")))
	}
	return &Vocabulary{name: name, entries: p.entries}, p.problems.all()
}

// parser is what is known while the lines pass.
type parser struct {
	longest  int // runes of a term
	use      Use // unless the line says otherwise
	problems problems
	entries  []Entry
	lines    map[string]int // the line of each term, by its key
}

func (p *parser) line(number int, text string) {
	if trimmed := strings.TrimSpace(text); trimmed == "" || strings.HasPrefix(trimmed, "#") {
		return
	}
	fault := func(fix, format string, args ...any) { p.problems.add(number, fix, format, args...) }
	if !isPlain(text) && !p.visible(text, fault) {
		return
	}
	fields := strings.Split(text, "\t")
	if p.use == Talk && len(fields) != 2 {
		fault(talkColumns, "there are %d columns, not two", len(fields))
		return
	}
	if len(fields) < 2 || len(fields) > 3 {
		fault(columns, "there are %d columns, not two or three", len(fields))
		return
	}
	e := Entry{Term: spaced(fields[0]), Use: p.use, Line: number}
	k := key(e.Term)
	if !p.term(e, k, fault) || !p.meanings(&e, fields[1], fault) {
		return
	}
	if len(fields) == 3 {
		switch strength := strings.TrimSpace(fields[2]); strength {
		case "":
		case weak:
			e.Use = Weak
		default:
			fault("write "+weak+" or nothing", "nobody knows the strength %q", strength)
			return
		}
	}
	if len(p.entries) == maxEntries {
		fault("split the file or trim it", "there are more than %d terms", maxEntries)
		return
	}
	p.lines[k] = number
	p.entries = append(p.entries, e)
}

// visible tells whether a line is text that shows all it says.
func (p *parser) visible(text string, fault func(fix, format string, args ...any)) bool {
	if !utf8.ValidString(text) {
		fault("save the file as UTF-8", "this line is not UTF-8")
		return false
	}
	if i := strings.IndexFunc(text, hidden); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		fault("take it out", "there is an invisible character (%U)", r)
		return false
	}
	return true
}

// term tells whether the entry's term, of key k, can stand.
func (p *parser) term(e Entry, k string, fault func(fix, format string, args ...any)) bool {
	first, again := p.lines[k]
	switch {
	case e.Term == "":
		fault("write what people type or say first", "there is no term")
	case k == "":
		fault("write it in words", "the term %q has neither letter nor digit", e.Term)
	case utf8.RuneCountInString(e.Term) > p.longest:
		fault("keep what people would type", "the term is longer than %d characters", p.longest)
	case again:
		fault("put all its meanings on one line, best first, with ; between", "the term %q is on line %d already", e.Term, first)
	default:
		return true
	}
	return false
}

// meanings reads the second column into e; talk may mean nothing of the list.
func (p *parser) meanings(e *Entry, field string, fault func(fix, format string, args ...any)) (ok bool) {
	if p.use == Talk && strings.TrimSpace(field) == nothing {
		return true
	}
	e.Meanings, ok = meanings(field, fault)
	return ok
}

// meanings reads topics, or words that say the same as a term.
func meanings(field string, fault func(fix, format string, args ...any)) ([]string, bool) {
	if strings.TrimSpace(field) == "" {
		fault("name a topic of the list, or other words for the term", "there is no meaning")
		return nil, false
	}
	if utf8.RuneCountInString(field) > maxMeaning {
		fault("keep the best ones", "the meaning is longer than %d characters", maxMeaning)
		return nil, false
	}
	if m := spaced(field); strings.IndexByte(m, ';') < 0 && key(m) != "" {
		return []string{m}, true // as nearly all are
	}
	var list []string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(field, ";") {
		m := spaced(part)
		switch k := key(m); {
		case k == "":
			fault("take one ; out or write what is missing", "a meaning is empty")
			return nil, false
		case seen[k]:
			fault("name it once", "the meaning %q is there twice", m)
			return nil, false
		default:
			seen[k] = true
		}
		list = append(list, m)
	}
	if len(list) > maxMeanings {
		fault("keep the best ones", "there are more than %d meanings", maxMeanings)
		return nil, false
	}
	return list, true
}

// hidden finds what an editor does not show and a reader does not expect. The
// two joiners are part of how Persian and the languages of India are written.
func hidden(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return r != '\t' && r != nonJoiner && r != joiner && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// spaced puts single spaces between the words, and none around them.
func spaced(s string) string {
	if s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && isPlain(s) && !strings.Contains(s, "  ") && !strings.Contains(s, "\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// isPlain reports whether s is printable ASCII; most terms are, and need no
// closer look.
func isPlain(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' && s[i] != '\t') || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// isKey reports whether s is its own key: words in lower case, one space apart.
func isKey(s string) bool {
	letter := false // whether the byte before was one
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			letter = true
		case c != ' ' || !letter:
			return false
		default:
			letter = false
		}
	}
	return letter
}

// key is what two spellings of a term have in common: the words in lower case.
func key(s string) string {
	if isKey(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ")
}
