package dialogue

import (
	"testing"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/vocabulary"
)

func embedded(t testing.TB) *search.Index {
	c, err := catalog.Parse(data.List(), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	return search.New(c, terms, talk)
}
