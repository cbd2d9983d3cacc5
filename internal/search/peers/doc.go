// Package peers puts our search beside others that a Go program could have
// used instead, on the same catalogs and the same queries. It is a module of
// its own, so that what it needs is no dependency of the bot.
//
// `make bench-peers` measures and prints the tables: the engines take turns, so
// that a busy machine is busy for all of them, and are set up the way that is
// fastest for each. Where that means doing less than ours does, the column
// "found" shows it: the share of queries whose wanted title is among the hits,
// or that rightly have none. "p99" is of every answer; "calm p99" of every query,
// with the median of its rounds, so that what another process took is left out.
package peers
