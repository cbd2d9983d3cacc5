// Package slackfake is a Slack of our own, over loopback, for tests.
//
// It speaks the real protocol, and it is strict: it refuses what Slack refuses,
// with Slack's names for it, and where Slack's documentation gives no figure it
// takes the smallest one that was seen to be refused and says so at the constant.
// It decodes raw JSON itself rather than with a client library's types, so that a
// client library's leniency cannot hide a mistake, and it knows nothing of the
// adapter that it tests.
//
// Three things meet here:
//
//   - the Web API under /api/, which an app calls (api.go and the files named
//     after families of methods),
//   - deliveries to the app, signed over HTTP or through Socket Mode with the same
//     payloads (deliver.go, signed.go, socket.go),
//   - people, who type commands, press what they see and submit forms; what they
//     then see is a value that a test can compare (person.go, press.go, submit.go).
//
// Faults are set per method, channel and number of calls (faults.go). All state can
// be read: in the same process by methods of Server, from another one as JSON under
// /control/ (control.go), for which Remote is a client.
//
// Time is the fake's own clock (Options.Now): what expires, expires by it, and
// nothing here sleeps. Only two things follow real time: pings of Socket Mode, and
// Options.Patience, after which the fake stops waiting for an app that does nothing.
package slackfake
