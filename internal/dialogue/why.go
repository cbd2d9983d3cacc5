package dialogue

import (
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// maxSpoken is how many words of a message a reason repeats.
const maxSpoken = 3

// explain gives each resource of a page a reason of its own, true of the list; of
// what could be said, what tells it from the others.
func (a *answerer) explain(l *listing) {
	used := make(map[string]int)
	for i := range l.act.Picks {
		p := &l.act.Picks[i]
		options := a.reasons(*l, *p, l.from+i)
		best := options[0]
		for _, o := range options[1:] {
			if used[o] < used[best] {
				best = o
			}
		}
		used[best]++
		p.Why = best
	}
}

// reasons are what can be said for a resource, the most telling first.
func (a *answerer) reasons(l listing, p Pick, at int) []string {
	var out []string
	add := func(saying string, w words) { out = append(out, a.fill(saying, w)) }
	r := p.Resource
	place := a.placed(l.subject, r)
	if l.subject.with != "" {
		add(whyTurn, words{"topic": a.titleOf(place)})
	}
	if spoken := a.spoken(l.subject, p); spoken != "" {
		add(whyWords, words{"words": spoken})
	}
	if l.subject.topic != "" && !(search.Filter{Topic: l.subject.topic}).Match(r) && l.subject.with == "" {
		add(whyOther, words{"topic": a.titleOf(r.Topic)})
	} else if place != l.subject.topic && place != "" && l.subject.with == "" {
		add(whyChild, words{"topic": a.titleOf(place)})
	}
	if r.Level == catalog.Intro && at == 0 && l.act.Filter.Level == "" {
		add(whyIntro, nil)
	}
	if y := r.Year; y != 0 && len(l.act.Picks) > 2 {
		if first, last := yearsOfPicks(l.act.Picks); first != last && y == last {
			add(whyNewest, words{"year": number(int(y))})
		} else if first != last && y == first {
			add(whyOldest, words{"year": number(int(y))})
		}
	}
	if r.Kind != "" && l.act.Filter.Kind == "" && len(l.all) > 2 && kindCount(l.all, r.Kind) == 1 {
		add(whyOnly, words{"kind": kindWords[r.Kind][0], "total": number(len(l.all))})
	}
	switch {
	case r.Level == catalog.Advanced && l.act.Filter.Level == "":
		add(whyHard, nil)
	case r.Level == catalog.Intro && l.act.Filter.Level == "":
		add(whyEasy, nil)
	}
	if also := a.also(l.subject, r); also != "" {
		add(whyAlso, words{"topic": also})
	}
	if len(out) == 0 {
		if r.Kind == "" && r.Level == "" {
			add(whyChild, words{"topic": a.titleOf(place)})
			return out
		}
		add(whyKind, words{"A": titledArticle(them(search.Filter{Kind: r.Kind, Level: r.Level}, 1)), "kind": them(search.Filter{Kind: r.Kind, Level: r.Level}, 1)})
	}
	return out
}

// placed is the topic at or below the subject's that a resource stands in.
func (a *answerer) placed(s subject, r catalog.Resource) catalog.TopicID {
	for _, id := range append([]catalog.TopicID{r.Topic}, r.Also...) {
		for _, of := range []catalog.TopicID{s.topic, s.with} {
			if of != "" && (search.Filter{Topic: of}).Within(id) {
				return id
			}
		}
	}
	return r.Topic
}

// also is another topic that a resource counts for.
func (a *answerer) also(s subject, r catalog.Resource) string {
	for _, id := range append(slices.Clone(r.Also), r.Topic) {
		if id != s.topic && id != "" && !(search.Filter{Topic: s.topic}).Within(id) {
			return a.titleOf(id)
		}
	}
	return ""
}

// spoken are the words of a message that a resource has in its title or description,
// without those of the topic's title, which say nothing of one of its resources.
func (a *answerer) spoken(s subject, p Pick) string {
	telling := slices.DeleteFunc(slices.Clone(p.Reasons), func(r search.Reason) bool {
		return len(r.Word) <= 2 || search.Common(r.Word) || search.Common(r.Typed)
	})
	if len(telling) == 0 { // mostly: then there is no need to look at the texts
		return ""
	}
	title := wordsOf(a.titleOf(s.topic))
	has := wordsOf(p.Resource.Title + " " + p.Resource.Description)
	var out []string
	for _, r := range telling {
		if len(out) < maxSpoken && slices.Contains(has, r.Word) && !hasForm(title, r.Word) && !slices.Contains(out, "“"+r.Word+"”") {
			out = append(out, "“"+r.Word+"”")
		}
	}
	return row(out, maxSpoken)
}

func kindCount(picks []Pick, k catalog.Kind) int {
	n := 0
	for _, p := range picks {
		if p.Resource.Kind == k {
			n++
		}
	}
	return n
}

// yearsOfPicks are the first and the last year, of those that have one.
func yearsOfPicks(picks []Pick) (first, last catalog.Year) {
	for _, p := range picks {
		y := p.Resource.Year
		if y != 0 && (first == 0 || y < first) {
			first = y
		}
		last = max(last, y)
	}
	return first, last
}

// titledArticle is the indefinite article before a word, at the beginning of a sentence.
func titledArticle(word string) string { return titled(article(word)) }

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an"
	}
	return "a"
}
