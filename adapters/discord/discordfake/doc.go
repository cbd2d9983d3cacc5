// Package discordfake is a Discord to test with: the Gateway over a real WebSocket,
// the REST API with its rate limits, and interactions over both of Discord's
// transports, as far as a bot needs them. It is imported by tests only, and runs as
// a process of its own by the command in its directory standalone.
//
// It holds a bot to what Discord holds it to, and says no in Discord's own codes
// where Discord would: sizes and required fields (limits.go), three seconds for the
// first answer (interactions.go), one identify in five seconds (gateway.go), buckets
// (ratelimit.go). What it shows to people is kept as they would see it, so that a test
// can read it, press it, and ask who was pinged.
//
// Users act through methods of Server: Command, Press, Mention and so on (act.go).
// What goes wrong on the way is set with Fail, Drop and their like (faults.go). Time
// is the process's own; in a bubble of testing/synctest, Server.Pipe connects without
// a network.
//
// The facts are those of Discord's documentation, version 10 of the API,
// https://discord.com/developers/docs.
package discordfake
