// Package searchtest makes catalogs of any size, and questions to ask of them,
// for benchmarks and tests of the search. The same seed gives the same catalog
// and the same questions on every machine, so that figures can be compared.
//
// The words are invented but behave like real ones: frequent ones are short,
// they follow Zipf's law, and they have neighbours one or two letters away.
package searchtest
