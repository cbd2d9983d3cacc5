package search

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"archbot/internal/catalog"
	"archbot/internal/vocabulary"
)

// addVocabulary files each term with the topics that it means, or with the
// words that it stands for, and returns what is said of topics besides.
func (x *Index) addVocabulary(vs []*vocabulary.Vocabulary, place map[catalog.TopicID]int32) (said []example) {
	topicsOf := x.naming(place)
	for _, v := range vs {
		for e := range v.All() {
			if e.Use != vocabulary.Talk {
				x.addTerm(e, topicsOf)
				continue
			}
			var topics []int32
			for _, m := range e.Meanings {
				topics = append(topics, topicsOf(m)...)
			}
			said = append(said, newExample(e, topics, int32(len(x.titles))))
		}
	}
	return said
}

// naming returns named for meanings that come again and again.
func (x *Index) naming(place map[catalog.TopicID]int32) func(meaning string) []int32 {
	byTitle := make(map[string][]int32)
	for i, title := range x.titles {
		byTitle[title] = append(byTitle[title], int32(i))
	}
	called := make(map[string][]int32)
	return func(meaning string) []int32 {
		topics, known := called[meaning]
		if !known {
			topics = x.named(meaning, byTitle, place)
			called[meaning] = topics
		}
		return topics
	}
}

func (x *Index) addTerm(e vocabulary.Entry, topicsOf func(meaning string) []int32) {
	term := words(e.Term)
	if len(term) == 0 {
		return
	}
	kind := alias
	if e.Use == vocabulary.Weak {
		kind = hint
	}
	for _, m := range e.Meanings {
		topics := topicsOf(m)
		for _, t := range topics {
			x.addText(text{unit: t, kind: kind}, term, nil)
			x.addPhrase(term)
		}
		if len(topics) == 0 && e.Use != vocabulary.Weak {
			x.addMeaning(term, m)
		}
	}
}

// meaning is what a term stands for in words.
type meaning struct {
	words []string
	topic bool // they are the title of a topic that this list has not
}

// addMeaning lets a term stand for words, but not for those that say little: of
// "Cache strategies" in a list that has no such topic, for "cache".
func (x *Index) addMeaning(term []string, said string) {
	first, _ := utf8.DecodeRuneInString(said)
	key := joined(term)
	m := x.means[key]
	m.topic = unicode.IsUpper(first)
	for _, w := range words(said) {
		if !silent[w] && !faint[w] {
			m.words = append(m.words, w)
		}
	}
	x.means[key] = m
	x.longest = max(x.longest, len(term))
}

// addPhrase files the latest text under its words when some of them are silent:
// no query can mean "who is online" by its one other word.
func (x *Index) addPhrase(term []string) {
	if len(term) > 1 && slices.ContainsFunc(term, func(w string) bool { return silent[w] }) {
		key := joined(x.stems(term))
		x.phrases[key] = append(x.phrases[key], uint32(len(x.texts)-1))
		x.longest = max(x.longest, len(term))
	}
}

func (x *Index) stems(ws []string) []string {
	stems := make([]string, len(ws))
	for i, w := range ws {
		stems[i] = x.lexicon.stem(w)
	}
	return stems
}

// named returns the topics that a vocabulary's meaning names: by id, by path or
// by title.
func (x *Index) named(meaning string, byTitle map[string][]int32, place map[catalog.TopicID]int32) []int32 {
	if t, ok := place[catalog.TopicID(meaning)]; ok {
		return []int32{t}
	}
	if topics := byTitle[joined(words(meaning))]; len(topics) > 0 {
		return topics
	}
	var topics []int32
	for _, t := range x.Find(meaning) {
		topics = append(topics, place[t.ID])
	}
	return topics
}
