// Package eval measures the bot: it feeds it questions, a JSON object a line,
// and writes what it answers, or feeds it labelled ones and says how many of its
// answers are right.
//
// It knows neither the search nor the bot. Whoever answers is a function, Search
// for a query and Converse for a turn of a dialogue, so what is measured is what
// app hands in, and that is the bot itself.
package eval
