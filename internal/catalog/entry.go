package catalog

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entry is what one list item, table row or line says of its resource.
type entry struct {
	link        int32
	title       string
	description string
	kind        Kind
	level       Level
	year        Year
	also        []string // topics that its tags name, as written
}

// firstExternal is the first outside link with words; 0 for none.
func (o *outline) firstExternal(runs []run) int32 {
	for _, r := range runs {
		if r.link != 0 && r.style&image == 0 && o.links[r.link].target == external {
			return r.link
		}
	}
	return 0
}

// isMention reports whether the only outside links are bare addresses deep in a
// sentence, as in "points a name to another one (example.com to www.example.com)".
func (b *build) isMention(runs []run) bool {
	const deep = 8 // words
	said := 0
	for _, r := range runs {
		if r.link == 0 {
			for word := range strings.FieldsSeq(r.text) {
				if strings.ContainsFunc(word, isWordRune) {
					said++
				}
			}
			continue
		}
		bare := strings.TrimPrefix(b.links[r.link].dest, "http://") == strings.TrimPrefix(r.text, "http://")
		if b.links[r.link].target == external && (said <= deep || !bare) {
			return false
		}
	}
	return true
}

// readEntry reads runs that have an outside link: title, description, tags.
func (b *build) readEntry(runs []run) entry {
	e := entry{link: b.firstExternal(runs)}
	first, last := span(runs, e.link)
	e.title = plainWords(runs[first : last+1])
	before, after := runs[:first], b.takeTags(&e, runs[last+1:])
	e.description = trimSeparator(plainWords(after))
	if !isGeneric(e.title) {
		if e.description == "" {
			e.description = trimSeparator(plainWords(before))
		}
		return e
	}
	// The link says nothing itself: "**Name** - What it is. [site](…)".
	if name, rest := splitName(before); strings.ContainsFunc(name, isWordRune) {
		e.title = name
		if rest != "" {
			e.description = fold(rest + " " + e.description)
		}
	} else if e.title == "" {
		if e.title, e.description = e.description, ""; e.title == "" {
			e.title = b.links[e.link].dest
		}
	}
	return e
}

// span is where the runs of one link begin and end.
func span(runs []run, link int32) (first, last int) {
	first = -1
	for i, r := range runs {
		if r.link == link {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// splitName takes the text before a link apart into a name and the rest: the
// bold words at its start, or what stands before a separator.
func splitName(runs []run) (name, rest string) {
	all := strings.TrimRight(words(runs), " -–—:：|(（[")
	if lead := boldWords(runs); lead != "" {
		return trimSeparator(strings.TrimRight(lead, " :：")), trimSeparator(strings.TrimPrefix(all, lead))
	}
	name = beforeDash(all)
	return strings.Trim(name, "[]"), trimSeparator(strings.TrimPrefix(all, name))
}

// boldWords are the bold words at the start of runs.
func boldWords(runs []run) string {
	end := 0
	for end < len(runs) && (runs[end].style&bold != 0 || strings.TrimSpace(runs[end].text) == "" && runs[end].style&image == 0) {
		end++
	}
	if end == 0 || runs[0].style&code != 0 {
		return ""
	}
	return words(runs[:end])
}

// boldLead is the name that an unlinked item carries in bold: all of it, or the
// part before a separator. It is empty for an item with a bold word or two.
func boldLead(runs []run) string {
	lead := boldWords(runs)
	if lead == "" {
		return ""
	}
	rest := strings.TrimSpace(strings.TrimPrefix(words(runs), lead))
	name := strings.TrimRight(lead, " :：")
	switch {
	case rest == "", name != lead:
		return name
	case trimSeparator(rest) != rest, rest[0] == '(':
		return name
	}
	return fold(lead + " " + rest)
}

// separators stand between a title and its description.
const separators = "-–—‒−:：|·•,，、;~»›→"

// trimSeparator cuts the separator before a description, and all of one that
// has no word.
func trimSeparator(s string) string {
	if !strings.ContainsFunc(s, isWordRune) {
		return ""
	}
	for {
		s = strings.TrimSpace(s)
		r, size := utf8.DecodeRuneInString(s)
		if size == 0 || !strings.ContainsRune(separators, r) {
			return s
		}
		s = s[size:]
	}
}

// genericTitles are link texts that name no resource, but what kind of page it
// is or what to do there.
var genericTitles = nameSet(`link|links|here|click here|see here|site|website|web|web page|webpage|home page|homepage|home|
	source|source code|url|page|code|github|gitlab|repo|repository|paper|pdf|arxiv|video|videos|slide|slides|demo|doc|docs|
	documentation|blog|post|article|book|read|read more|more|info|download|view|watch|open|visit|go|original|en|cn|
	中文|英文|链接|官网|地址|网站|项目地址|源码|论文|下载`)

// domain matches the name of a site, such as "example.com".
var domain = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|io|net|dev|ai|co|me|app|edu|gov)(/\S*)?$`)

// isGeneric reports whether a link's text says nothing of the resource: it is
// one of those words, a number or an id of digits, or the address itself.
func isGeneric(title string) bool {
	bare := strings.ToLower(strings.TrimFunc(title, func(r rune) bool { return !isWordRune(r) }))
	switch {
	case bare == "", strings.Trim(bare, "0123456789.,+k") == "", genericTitles[bare]:
		return true
	case len(bare) > 400 || strings.IndexByte(bare, ' ') >= 0 || strings.IndexByte(bare, '.') < 0:
		return false
	}
	return strings.HasPrefix(bare, "http://") || strings.HasPrefix(bare, "https://") || isWWW(bare) || domain.MatchString(bare)
}

// splitLines cuts a paragraph where the reader sees a new line. The ends of
// source lines count too where each line of the source begins with a link.
func (b *build) splitLines(runs []run) [][]run {
	lines := cut(runs, hardBreak|softBreak)
	for _, line := range lines {
		if !b.beginsWithLink(line) {
			return cut(runs, hardBreak)
		}
	}
	return lines
}

func cut(runs []run, at style) (lines [][]run) {
	start := 0
	for i, r := range runs {
		if r.style&at != 0 && r.text == "" {
			if i > start {
				lines = append(lines, runs[start:i])
			}
			start = i + 1
		}
	}
	if start < len(runs) {
		lines = append(lines, runs[start:])
	}
	return lines
}

// beginsWithLink reports whether no word stands before the first outside link,
// and none right behind it: a separator, a parenthesis or nothing does.
func (b *build) beginsWithLink(line []run) bool {
	link := int32(0)
	for _, r := range line {
		switch text := strings.TrimSpace(r.text); {
		case r.style&image != 0 || text == "" || r.link != 0 && r.link == link:
		case link != 0:
			next, _ := utf8.DecodeRuneInString(text)
			return r.link != 0 || !isWordRune(next)
		case r.link != 0:
			if b.links[r.link].target != external {
				return false
			}
			link = r.link
		case strings.ContainsFunc(text, isWordRune):
			return false
		}
	}
	return link != 0
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
