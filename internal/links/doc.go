// Package links visits the links of a list and says what came of each one.
//
// # Politeness
//
// A list has hundreds of links on one host, and that host owes us nothing. So
// every request, each hop of a redirect and each further try included, waits for
// its turn at its host (lane.go): one request at a time, with a pause before the
// next, and all hosts together have a bound as well. A host that asks for
// patience (429, Retry-After) gets it; one that goes on asking, or that does not
// answer for several links in a row, is left alone, and the rest of its links
// are Unknown without having been asked for.
//
// # A visit
//
// An address is asked with HEAD first. Many hosts answer that wrongly, so
// anything but a success is asked again with GET, of which only the beginning is
// read. Redirects are followed here and not by net/http, so that each hop waits
// for its turn. What may be different in a moment (429, most of 5xx, network
// errors) is tried again, after a wait that doubles and is never quite the same.
//
// # The verdict
//
// Dead is what a reader cannot reach and what no waiting mends: 404, 410, and a
// name that does not exist. A maintainer takes a dead link out, so whatever is
// open to doubt is not dead but Unknown: hosts turn programs away with 403 or
// 429, and a refused connection or a time limit may be the network's fault, or
// ours. An address that is not public is Unknown too, since the guard does not
// let anybody look, at the first address and at every one that it redirects to.
//
// Moved is what redirects for good (301, 308) and answers where it leads. The
// new address is the one at the end of the permanent redirects: what a temporary
// one leads to further on may be another tomorrow.
package links
