package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// takeTags reads the code spans at the end of an entry and returns the runs
// without them:
//
//   - [Title](url) - What you get from it. `video` `2019` `advanced` `also: Key management`
//
// Spans that are no known tag are reported when they stand beside one or after
// a full sentence, and stay in the description; elsewhere they are just words
// of it, as in "a wrapper around `git`".
func (b *build) takeTags(e *entry, runs []run) []run {
	start := len(runs)
	for start > 0 && isTagPart(runs[start-1]) {
		start--
	}
	known, spans := false, 0
	for _, r := range runs[start:] {
		if r.style&code != 0 {
			spans++
			known = known || knownTag(strings.TrimSpace(r.text))
		}
	}
	if spans == 0 {
		return runs
	}
	said := strings.TrimRight(words(runs[:start]), " ")
	if !known && !endsSentence(said) {
		return runs
	}
	kept := runs[:start:start]
	for _, r := range runs[start:] {
		if r.style&code != 0 && !b.tag(e, strings.TrimSpace(r.text)) {
			kept = append(kept, run{text: " "}, r) // nothing that was written is lost
		}
	}
	return kept
}

// isTagPart reports whether a run can stand among trailing tags.
func isTagPart(r run) bool {
	return r.link == 0 && (r.style&code != 0 || r.style&image == 0 && strings.Trim(r.text, " \u00a0,·|") == "")
}

func endsSentence(s string) bool {
	return s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, ")") || strings.HasSuffix(s, "!") ||
		strings.HasSuffix(s, "?") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？")
}

func knownTag(tag string) bool {
	_, also := cutAlso(tag)
	return also || isKindTag(tag) || isLevelTag(tag) || parseYear(tag) != 0
}

func isKindTag(tag string) bool  { return slices.Contains(Kinds(), Kind(strings.ToLower(tag))) }
func isLevelTag(tag string) bool { return slices.Contains(Levels(), Level(strings.ToLower(tag))) }

// parseYear reads a year of the nineteenth century or later; 0 for anything else.
func parseYear(tag string) Year {
	n, err := strconv.Atoi(tag)
	if err != nil || len(tag) != 4 || n < 1800 || n > 2199 {
		return 0
	}
	return Year(n)
}

// cutAlso reads "also: Some topic; Another".
func cutAlso(tag string) (topics []string, ok bool) {
	key, value, ok := strings.Cut(tag, ":")
	if !ok || !strings.EqualFold(strings.TrimSpace(key), "also") {
		return nil, false
	}
	for t := range strings.SplitSeq(value, ";") {
		if t = strings.TrimSpace(t); t != "" {
			topics = append(topics, t)
		}
	}
	return topics, true
}

// tag reads one tag; it reports whether it is one that we know.
func (b *build) tag(e *entry, tag string) bool {
	topics, also := cutAlso(tag)
	switch {
	case also:
		e.also = append(e.also, topics...)
	case isKindTag(tag):
		e.kind = Kind(strings.ToLower(tag))
	case isLevelTag(tag):
		e.level = Level(strings.ToLower(tag))
	case parseYear(tag) != 0:
		e.year = parseYear(tag)
	default:
		b.unknownTag(tag, int(b.links[e.link].at))
		return false
	}
	b.speaksTags = true
	return true
}
