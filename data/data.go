// Package data holds the list that the bot recommends from when it is given no
// other. It is a package of its own because go:embed cannot reach upwards.
package data

import _ "embed"

// ListName is the embedded list's file name.
const ListName = "awesome-software-architecture.md"

//go:embed awesome-software-architecture.md
var list []byte

// List returns a copy of the embedded list's Markdown.
func List() []byte { return append([]byte(nil), list...) }
