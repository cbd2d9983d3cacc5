// Package adaptertest is the conformance suite of adapters: one table of what people
// do and what they have to see, which every adapter passes on every way that its
// platform delivers by.
//
// An adapter's test gives Run a function that makes a Driver, which acts as people do
// on that platform, over a fake of it that speaks its protocol. What one platform
// cannot do it says in Lacks, with the reason; anything else that differs fails.
package adaptertest
