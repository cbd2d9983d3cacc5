// Package data holds the list that the bot recommends from when it is given no
// other, and how people speak of what it has: the vocabulary, and examples of
// talk. It is a package of its own because an embedded file has to lie below the
// package that embeds it.
package data

import _ "embed"

// ListName is the embedded list's file name.
const ListName = "awesome-software-architecture.md"

// VocabularyName is the embedded vocabulary's file name.
const VocabularyName = "vocabulary.tsv"

// TalkName is the file name of the embedded examples of talk.
const TalkName = "talk.tsv"

//go:embed awesome-software-architecture.md
var list []byte

//go:embed vocabulary.tsv
var vocabulary []byte

//go:embed talk.tsv
var talk []byte

// List returns a copy of the embedded list's Markdown.
func List() []byte { return append([]byte(nil), list...) }

// Vocabulary returns a copy of what people type and what the list calls it, in
// the format that the file's head explains.
func Vocabulary() []byte { return append([]byte(nil), vocabulary...) }

// Talk returns a copy of examples of what people say about topics without naming
// them, and about nothing that the list has, in the format that the file's head
// explains.
func Talk() []byte { return append([]byte(nil), talk...) }
