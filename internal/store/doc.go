// Package store is what the stores share: the names of keys, the form of records,
// the arithmetic of rate limits. The stores are its subpackages: redis for a team's
// bot with several processes, bolt for one process and one file, memory for what
// need not outlive anything, and resilient, which wraps the one that can be out of
// reach. What they have to do is said by the interfaces in internal/bot, and
// shown for each of them by the suite in storetest. Which one it is, is
// internal/app's to say: here, it could not know them.
//
// This is the design: what is kept where, and what a crash leaves behind.
//
// # Keys
//
// Redis has "PREFIX:{TAG}:NAME", the file "{TAG}:NAME". TAG is platform:workspace,
// or platform:@user for somebody's direct messages where there is no workspace.
// Ids are escaped, so that none reaches into another key or out of its braces.
//
//	{T}:l:u:USER  l:c:CHANNEL  l:w   the TAT of a limit, in µs since 1970    until it is at rest
//	{T}:e:EVENT                      an event: held until when, or settled   bot.EventMemory, or as asked up to bot.MeetingMemory
//	{T}:c:CHANNEL:THREAD             a conversation, and how it was before   as long as asked, up to bot.MaxMemory
//	{T}:t:TOKEN                      what is too long for a button           likewise
//	{T}:o:USER                       notes: a person's records, for Forget   as long as the longest of them
//	{T}:s:USER                       a shelf                                 bot.ShelfMemory after it was last looked at
//	{list:LIST}:f                    when a list's resources were first seen bot.ArrivalMemory after it was last loaded
//	{apps:PLATFORM}:apps             installations: workspaces to records    until they are erased
//	{T}:h:NAME  {T}:r:NAME           who has a lease; what was left with it          as long as it is had; bot.LeaseMemory
//	{T}:p                            what a probe writes                     a second
//	{archbot}:schema  {archbot}:key  the schema's version, the signing key   for ever
//
// What channels have subscribed to has TAG digest:PLATFORM:N, where N is one of
// DigestShards parts that a workspace is in by its hash; SPACE is the workspace, or a
// channel that has none. internal/digest/doc.go is the protocol.
//
//	{D}:i                            workspaces by when to look at them      while something is to come
//	{D}:q:SPACE                      "CHANNEL\0ID" by when due, or leased    likewise
//	{D}:x:SPACE  {D}:l:SPACE         leases; when channels are free: pace    with the last of them
//	{D}:c:SPACE:CHANNEL              records by id                           until removed
//	{D}:w:SPACE                      the channels of a workspace             until it is forgotten
//	{D}:h:SPACE:CHANNEL:ID           what became of editions                 digest.SeenMemory after the last one
//	{D}:v:SPACE:CHANNEL              what a channel has seen, and when       likewise
//	{D}:z:SPACE                      time zones that were said               likewise
//
// Bounds: bot.MaxOwned records of a person, bot.MaxShelf entries of a shelf,
// bot.MaxKnown resources of a list, bot.MaxInstallations of a platform, and the sizes
// that stand beside them. The file
// and memory have bounds for the number of people and events as well (bolt/kind.go,
// memory/memory.go); in Redis that is what expiry and rate limits are for.
//
// A server spends, with the ids of Slack (redis.TestMemory, Redis 7.0.15): 88 bytes
// for a limit of a user, a channel or a workspace, while it is not at rest; 104 for
// a remembered event, 136 while it is held; 328 for a conversation or a token of 200 bytes; some 108 for
// a note; 170 for an entry of a shelf; 106 for a resource of a list. A subscription in a
// channel of its own takes some 1,050, the history of 30 editions 3,300, and a resource
// that a channel has seen 143 (redis.TestDigestMemory).
//
// # Slots
//
// In a cluster, all keys of one TAG are in one slot, so that each script's are.
// Only a person's notes can name records elsewhere: a Discord user is the same in
// all guilds, and has notes under {discord:@user} of conversations under
// {discord:guild}. A list has a slot of its own, and so has the schema. A part of the
// digests is one slot: index, queues, records and all, so that a step of an edition is one
// script; asking what is due asks all parts, in one round trip.
//
// # Scripts
//
// What has to be one step is a Lua script (redis/*.lua). Rate limits are GCRA: one
// EVALSHA (redis/take.lua) for user, channel and workspace, who all pay or none, and for
// whether what asks was delivered before. The time is the server's, so that the clocks of
// replicas do not matter; one that goes back, as in a failover, costs nobody more than a
// burst's wait. The in-process twins of the script are Decide and Mark;
// TestTakeScriptIsTheModel holds them together.
//
// What is due of digests is claimed by one script too, which holds the pace; its twin is
// DueQueue, and TestDigestClaimIsTheModel holds the two together. The file and memory use
// that one: what is due is read from the file when it is opened, and leases end with the
// process.
//
// On one loopback (BenchmarkState of internal/app), the script of a delivery and its three
// limits takes 1.3 times as long as one of "return 1" while the processors sleep between two
// calls, which the round trip then mostly consists of, and 1.8 times while other work keeps
// them awake: some 15 µs for four keys read and written with their expiry. A whole search
// through the core takes 1.1 to 1.25 and 1.6 to 2 times the script called bare. Without a
// delivery the limits take 1 µs in the file or in memory; with one, the file is written.
//
// # Crash points
//
//   - FirstTime, or Take without a hold, then a crash: the event is lost and never
//     repeated. An answer that the network loses is asked for again by the client, and
//     recognized by a word of the caller's own: the event is not lost.
//   - Take with a hold, for what is delivered again when who takes it dies: until Settle,
//     or the end of the hold, nobody else has it, and after that, whoever asks next. That
//     one finds out from the platform whether the crash came between the effect and Settle.
//   - Keep, notes in the same slot: one script, or nothing. In another slot: the
//     note, the record, the note again. A crash leaves at most a note of a record
//     that does not exist.
//   - Forget: the shelf goes together with reading the notes; then the records of
//     other slots; then, in one step, those of this one with the notes; then once more
//     those of other slots, as one may have been written in between. Cut off, it
//     leaves the notes of what is left, and is called again.
//   - KeepInstallation replaces one version by another in one step, or nothing. Which
//     of the two it was when the answer was lost, the version says that is there.
//   - ForgetScope comes across keys one by one: a person's notes go as with Forget,
//     after the records that they lead to. Cut off, it is called again, and finds what
//     is left. The installation goes after all of it, by a call of its own, so that
//     somebody remembers that there is something left to forget.
//   - Arrived marks a part of a list in one step. Between two parts the rest is
//     unmarked, and marked with the time of the next load.
//   - Step, for digests: one script, or one transaction; asked again, it answers as it did.
//     What may come between two of them is in internal/digest/doc.go.
//   - ForgetScope: the queue goes first, so that nothing is delivered any more, and the
//     set of channels last. Cut off, it is called again.
//   - Hold: one script, or nothing. Who dies with a lease has it until it expires; what
//     was left with it before is there for the next one.
//   - SigningKey: the first to write wins, all others read.
//   - A failover may lose the last moments of writes: a limit gives a little back,
//     an event may have its effect twice, a save may be gone.
//   - The file: a call is one transaction, on the disk when it returns. Limits are
//     decided in memory and written a second later: a crash gives back what was
//     spent in that second.
//
// # Versions
//
// Schema is the version of all of it, kept in the store. An archbot that finds an
// older one takes the state over, and writes its own. One that finds a newer one
// refuses: at the start, after an outage, and within a minute of the other's start.
// Records begin with their format besides, so that what two versions write side by
// side in that minute is told apart: an unknown one is refused and left alone.
package store
