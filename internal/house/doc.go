// Package house holds the rules of the tree itself, as tests: which package may
// import which, what the core's dependency graph must not contain, what lies at
// the top level, how packages are named. It has no code for anybody to import.
//
// The import rules are one table, rules_test.go. The linter's depguard settings
// in .golangci.yml are made from it, so that an editor shows a breach at the
// import and a plain `go test ./...` finds it too:
//
//	go test ./internal/house -run Linter -update
//
// A new package, a new adapter or a good reason to import something else is a
// change to that table, with the reason beside it.
package house
