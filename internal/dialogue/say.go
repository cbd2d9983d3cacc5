package dialogue

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// words are what is filled into a saying.
type words map[string]string

// fill puts words into a saying. They are the list's and people's: braces in them mean
// nothing.
func (a *answerer) fill(saying string, w words) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(saying, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(w[name])
		saying = after
	}
}

// pick chooses one way to say a thing by a hash of the conversation, the turn and the
// thing.
func (a *answerer) pick(ways []string) string {
	return ways[a.chance(ways[0], len(ways))]
}

// chance is a number below n that the conversation, the turn and what it is for decide.
func (a *answerer) chance(what string, n int) int {
	if n <= 1 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(a.message.Seed))
	h.Write(binary.AppendUvarint(nil, uint64(a.context.turn)))
	h.Write(binary.AppendUvarint(nil, uint64(a.slot)))
	h.Write([]byte(what))
	sum := h.Sum64()
	return int((sum ^ sum>>32) % uint64(n))
}

// say is an act that only talks.
func (a *answerer) say(i Intent, text string) Act { return Act{Intent: i, Say: text} }

func number(n int) string { return strconv.Itoa(n) }

// them is what resources that pass a filter are called.
func them(f search.Filter, n int) string {
	of := kindWords[f.Kind]
	noun := of[1]
	if n == 1 {
		noun = of[0]
	}
	if l := levelWords[f.Level]; l != "" {
		noun = l + " " + noun
	}
	years := ""
	switch {
	case f.From != 0 && f.From == f.To:
		years = yearsOf
	case f.From != 0 && f.To != 0:
		years = yearsIn
	case f.From != 0:
		years = yearsFrom
	case f.To != 0:
		years = yearsTo
	}
	if years == "" {
		return noun
	}
	return noun + " " + strings.NewReplacer("{from}", number(int(f.From)), "{to}", number(int(f.To))).Replace(years)
}

// titled begins a sentence.
func titled(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// row puts names in a row, at most so many of them.
func row(names []string, most int) string {
	if len(names) > most {
		names = append(slices.Clone(names[:most-1]), strings.ReplaceAll(rowRest, "{n}", number(len(names)-most+1)))
	}
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], rowComma) + rowAnd + names[n-1]
	}
}

// counted1 is a number with what is counted.
func countOf(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// place fills in a topic.
func (a *answerer) place(id catalog.TopicID, w words) words {
	path := a.list.Path(id)
	if len(path) == 0 {
		return w
	}
	w["topic"] = path[len(path)-1]
	w["above"] = strings.Join(path[:len(path)-1], pathSeparator)
	w["path"] = strings.Join(path, pathSeparator)
	return w
}

const pathSeparator = " › "

// topped picks the way to say it of a topic that has others above it, or has none.
func (a *answerer) topped(below, top []string, w words) string {
	if w["above"] == "" {
		return a.fill(a.pick(top), w)
	}
	return a.fill(a.pick(below), w)
}

// kindsRow says how many of each kind there are.
func kindsRow(picks []Pick) string {
	has := make(map[catalog.Kind]int)
	for _, p := range picks {
		has[p.Resource.Kind]++
	}
	var parts []string
	for _, k := range append(kindsOf(picks), "") {
		if n := has[k]; n > 0 {
			parts = append(parts, countOf(n, kindWords[k][0], kindWords[k][1]))
		}
	}
	return row(parts, len(parts)+1)
}

// levelsRow says how many of each level there are.
func levelsRow(picks []Pick) string {
	has := make(map[catalog.Level]int)
	for _, p := range picks {
		has[levelOf(p.Resource)]++
	}
	var parts []string
	for _, l := range catalog.Levels() {
		if has[l] > 0 {
			parts = append(parts, number(has[l])+" "+levelWords[l])
		}
	}
	return row(parts, len(parts)+1)
}

// kindsOf are the kinds of resources, the most frequent first.
func kindsOf(picks []Pick) []catalog.Kind {
	has := make(map[catalog.Kind]int)
	for _, p := range picks {
		has[p.Resource.Kind]++
	}
	kinds := slices.DeleteFunc(catalog.Kinds(), func(k catalog.Kind) bool { return has[k] == 0 })
	slices.SortStableFunc(kinds, func(x, y catalog.Kind) int { return has[y] - has[x] })
	return kinds
}

// titles are the titles of hits.
func titles(hits []search.TopicHit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Topic.Title)
	}
	return out
}
