// Package digest brings channels a few resources on a topic, on a schedule of their
// own, each edition once.
//
// Its parts, from pure to not: a Schedule says on which civil days and at what time
// there is a Slot (civil.go, schedule.go, parse.go, words.go); List.Plan chooses what
// an edition shows (plan.go, topic.go); Record.Decide says what is to be done about it
// (record.go, reply.go); the Engine does it (engine.go, attempt.go, reply_attempt.go,
// manage.go), over a Store that internal/store implements and Senders that the adapters
// add.
//
// This is the protocol: what is written when, and what a crash leaves behind.
//
// # States
//
// A subscription has one edition to come, kept with it in one Record. Each arrow is one
// Step: it names the version of the record that it is for, and fails where somebody else
// has written it since. So of any number of replicas, one takes each arrow.
//
//	          plan                post                 answer
//	Planned ────────► Sending ────────────► (platform) ───────► Sent
//	   │  ▲              │                                       ▲
//	   │  │ certainly    │ no answer, a crash, a stall           │
//	   │  │ not posted   ▼                                       │
//	   │  └────────── look it up ────────── it is there ─────────┘
//	   │                 │
//	   │                 └── there is no telling ──► Ambiguous
//	   └── too late, nothing to show, somebody's wish ──► Skipped
//
// Sent, Ambiguous and Skipped are Outcomes: the step that ends an edition puts one into
// the history, marks what the channel has seen, and plans the edition of the next slot,
// all in one. Planned and Sending are the Record's own.
//
// # The reply
//
// Where a subscription wants details, each edition has a second post: a reply to it. Its
// record, Record.Reply, lies within the subscription's and goes the same way by the same
// rules: Planned, Sending, an Outcome of its own in the history. It has a key of its own,
// ReplyKey, which it is looked up by, below its edition where the platform has threads.
//
//   - The step that ends an edition as Sent plans its reply: there is no moment at which
//     the edition is done and the reply is not known of. One that is Ambiguous or Skipped
//     has none: nobody knows which message to reply to.
//   - An edition's record is done with when its reply begins. So whatever fails of a reply
//     has no edition posted again; and what a person has to mend, such as a permission,
//     ends the reply alone. A channel or an installation that is gone pauses, as for an
//     edition.
//   - A reply is claimed like an edition, by itself: the pace holds for both.
//   - It is late by the time since its edition went out. When the next edition begins, the
//     same step gives up a reply that waits: Skipped, or Ambiguous where it may be there.
//     That step waits until nothing of a reply's try can reach the platform.
//
// A record with any of it is in a format of its own, which an archbot that does not know
// replies refuses and leaves alone: it would write the record back without. In a rolling
// upgrade such digests wait for those that do.
//
// # Claims
//
// Who finds work asks Queue.Claim: an index on time, no scan. A claim is leased, so that
// no two replicas begin the same; the lease guards nothing. It may end early, be lost in
// a failover, or be held by a worker that is stalled: the steps decide.
//
// # The hard window
//
// Between the step to Sending and the one to Sent, the platform may have the post or not.
// What was begun is not begun again before it is known:
//
//   - A try has until Since + Deadline to be sent: the Sender's context ends then, and a
//     Sender sends nothing after that. Since is no earlier than the step was written, by
//     the store's clock.
//   - Whoever finds the record Sending waits until Since + Deadline + Margin. Margin is
//     for what is still on its way: a request in a buffer, a platform that takes its
//     time, two clocks of the store that differ (a failover, servers of a cluster).
//   - Then Sender.Find looks for the edition's key among the bot's own messages. Found,
//     it is Sent. Not found, it is planned once more, by the step to Sending again, with
//     a new try. Where the platform cannot tell, it is Ambiguous: at most once. One that
//     shows an empty channel to who may not read it, as Discord does, has not told.
//
// Deadline + Margin is shorter than the lease, so that a healthy worker is never looked
// up behind its back. What a Sender must not do is send again by itself a request whose
// answer it lacks.
//
// # Crash points
//
//   - After a claim, before any step: the lease ends, and another claims it.
//   - After the step to Sending, before the request is out: it is looked up, not found,
//     and posted.
//   - After the request, before or after the platform accepts it: it is looked up.
//   - After the answer, before the step to Sent: it is looked up and found.
//   - After the step to Sent, before its reply: the reply is planned and due, and another
//     claims it. From there on the same points lie on its way, and end the same.
//   - In the middle of a step: the store has it or not. An answer that is lost is asked
//     for again with the same change, which is answered as before.
//   - While a store is out of reach, a step is tried again until the lease ends; the
//     record then says Sending, and it is looked up.
//   - A process that is stopped between the check of its deadline and the write to the
//     socket, for longer than the Margin, and goes on then: it may post what another has
//     posted. Nothing short of the platform's own check can prevent it; Discord's nonce
//     does for some minutes.
//   - Redis with an append-only file synced always, or the file: nothing that was
//     answered is lost. Synced every second, or after a failover, the last moments of
//     steps may be: a lost step to Sending is the one that matters, as its edition is
//     Planned again, and posted twice if the post went through. TestDigestFailover of
//     internal/app measures it.
//
// A person's changes are steps as well. One that comes while an edition is on its way is
// kept: who brings the edition to its end finds the record changed, and writes its end on
// top (attempt.merge).
//
// # Lateness
//
// A slot within Policy.Late is delivered late, an older one is skipped, and of several
// that were missed it is the latest that counts: there is never a burst. Between two
// editions of a subscription there is at least MinPause.
//
// # Pace
//
// Claim hands out one edition of a workspace at a time, and of a channel, as fast as Pace
// allows, by the store's clock and for all replicas together, in the order in which they
// are due. So what waits is in the store, and no more is in memory than there are
// workers.
//
// # Time
//
// A slot becomes an instant when somebody looks at it, by the rules of zones that their
// process has: where rules change, a record that comes due by old ones is put back.
package digest
