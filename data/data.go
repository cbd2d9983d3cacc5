// Package data holds the list that the bot recommends from when it is given no
// other, and the vocabulary that goes with it. It is a package of its own because
// an embedded file has to lie below the package that embeds it.
package data

import _ "embed"

// ListName is the embedded list's file name.
const ListName = "awesome-software-architecture.md"

// VocabularyName is the embedded vocabulary's file name.
const VocabularyName = "vocabulary.tsv"

//go:embed awesome-software-architecture.md
var list []byte

//go:embed vocabulary.tsv
var vocabulary []byte

// List returns a copy of the embedded list's Markdown.
func List() []byte { return append([]byte(nil), list...) }

// Vocabulary returns a copy of what people type and what the list calls it, in
// the format that the file's head explains.
func Vocabulary() []byte { return append([]byte(nil), vocabulary...) }
