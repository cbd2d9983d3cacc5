// Package load loads archbot serve until the machine is full, and holds nothing that
// anybody imports: it is a test, and a table that make load prints.
//
// Four kinds of process take part. Redis keeps thousands of workspaces and subscriptions.
// A server answers: archbot serve with all that belongs to it, or, to have something to
// compare it with, a handler that only checks Slack's signature and answers the same each
// time, or the same in Node with @slack/bolt. The world is the platforms: it posts signed
// deliveries over connections that it keeps, the next one on each as soon as the one
// before is answered, and takes the calls that come of them. The test starts them, and
// reads from /proc what each of them costs.
//
// An answer counts when it is there: that of a command is the response, that of an event
// or a button what is posted later, once and to the right place. What is not as it should
// be is a failure of the test, not a quick answer.
package load
