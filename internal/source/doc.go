// Package source says where a catalog comes from and keeps it up to date.
//
// A list is the embedded default, a local file or an https URL; several are
// merged into one catalog, in the order in which they are named.
//
// # At load
//
// Load reads every list, all at once, and fails when any of them fails: a bot
// that starts with half of its lists looks healthy and is not. What it loads is
// a Snapshot, an immutable value behind an atomic pointer.
//
// # At reload
//
// Run reloads every list on a jittered timer and on SIGHUP, and a local file
// when it has changed. Files are looked at with stat at an interval rather than
// watched: that works on every file system, and sees an editor's rename over
// the file and the symbolic link that Kubernetes swaps in a ConfigMap. A change
// counts once two looks in a row agree, so that a file is not read while it is
// being written. URLs are asked with ETag and Last-Modified, those of the last
// version that was accepted: a version that was turned down is fetched and
// reported again at every reload until somebody mends it.
//
// # At failure
//
// A version that cannot be fetched, does not parse, or has lost most of its
// entries is turned down: its list keeps the last good version while the others
// move on, the current Snapshot goes on serving, and every subscriber is told. Each
// error is an *Error: which list, why, and what to do, without any user name,
// password or query of a URL in it.
//
// # What is new
//
// Diff compares two catalogs by URL. A Snapshot knows when each resource was
// first seen; the first load of all counts as not new, and a resource that goes
// away and comes back keeps its time. Snapshot.Seen and Config.Seen carry that
// record over a restart.
//
// # What is refused
//
// A list's address may come from somebody else, and so may every redirect, so
// the network is not trusted: no connection is made to an address that is not
// public, which is checked on the address that is being connected to, after the
// name was looked up (internal/guard); size, time and redirects are bounded (http.go).
package source
