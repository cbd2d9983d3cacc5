// Package search finds the topics and resources of a catalog that a query means,
// and nothing when it means none of them.
//
// An Index is a set of short texts: the title of each topic, each term that a
// vocabulary says for it (an alias), and the title and description of each
// resource. A query is read into terms (text.go), each of which stands for words
// of the list (lexicon.go): the word itself, its stem, a beginning, a slip of the
// hand, two words run together or one torn apart. Texts are then weighed (rank.go)
// by two shares: how much of the query they account for, and how much of the text
// the query says. A rare word weighs more than a common one, a word that only
// grammar needs weighs nothing. A topic is as good as its best text, helped a
// little by the others.
//
// That finds what a query names. What it only describes is found by leanings
// (lean.go): every word speaks for the topics in whose titles, aliases, resources
// and examples of talk it is used, and for nothing of the list where people use it
// for something else. What leans to a topic helps it, what leans to nothing counts
// against all of them (evidence.go). What stays below a threshold is no answer,
// and when nothing passes, the answer is nothing. Relatives of a hit follow it
// (family.go).
//
// Everything is built once and never changes, so any number of goroutines may
// search at once. What finds misspelt words and what words lean to is still made
// when New has returned; a query that needs it waits.
package search
