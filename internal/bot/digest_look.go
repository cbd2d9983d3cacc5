package bot

import (
	"context"
	"fmt"
	"strings"

	"archbot/internal/digest"
)

func runDigestList(ctx context.Context, c call) Reply {
	records, refusal := c.digestsHere(ctx)
	if refusal != nil {
		return *refusal
	}
	return c.listOf(records)
}

// listOf shows the digests of a channel.
func (c call) listOf(records []digest.Record) Reply {
	reply := Reply{Kind: Digest}
	for i, r := range records {
		reply.Facts = append(reply.Facts, Fact{Name: fmt.Sprintf("%d. %s", i+1, r.Title), Value: inShort(r)})
	}
	if len(records) == 0 {
		reply.Text = "There are no digests here."
		reply.Notes = []Note{{Kind: NoteNext, Text: "Have one come:", Commands: c.bot.must("digest add").Examples[:1]}}
		return reply
	}
	reply.Text = count(len(records), "digest") + " here."
	reply.Notes = []Note{{Kind: NoteNext, Text: "More about one:", Commands: []string{"digest show 1"}}}
	return reply
}

// inShort says in a line how a digest is doing.
func inShort(r digest.Record) string {
	line := fmt.Sprintf("%s (%s), %s", r.Schedule, r.Zone, wants(r.Subscription))
	if r.Pause != nil {
		return line + "; paused: " + paused(*r.Pause)
	}
	return line + "; next on " + digest.Dates(r.Upcoming(1))
}

// wants says what is in a digest.
func wants(s digest.Subscription) string {
	what := count(s.Count, "resource")
	for _, word := range []string{string(s.Kind), string(s.Level)} {
		if word != "" {
			what += ", " + word
		}
	}
	if s.Course {
		what += ", as a course"
	}
	if s.Details {
		what += ", with details"
	}
	return what
}

// paused says why no editions come.
func paused(p digest.Pause) string {
	switch {
	case p.Why == digest.Asked:
		return "somebody wanted it so"
	case p.Text == "":
		return string(p.Why)
	}
	return p.Text
}

func runDigestShow(ctx context.Context, c call) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	reply := Reply{Kind: Digest, Text: r.Title + ", " + r.Schedule.String() + "."}
	reply.Facts = []Fact{
		{"time zone", r.Zone}, {"an edition has", wants(r.Subscription)}, {"since", c.request.date(r.Made)},
	}
	if r.Pause != nil {
		reply.Facts = append(reply.Facts, Fact{"paused", paused(*r.Pause) + ", since " + c.request.date(r.Pause.At)})
	} else {
		reply.Facts = append(reply.Facts, Fact{"next", digest.Dates(r.Upcoming(3))})
	}
	if !r.Last.IsZero() {
		reply.Facts = append(reply.Facts, Fact{"last", c.request.date(r.Last)})
	}
	if r.Edition.Wrong != "" {
		reply.Facts = append(reply.Facts, Fact{"trouble", r.Edition.Wrong})
	}
	c.digestButtons(&reply, r)
	return reply
}

func runDigestHistory(ctx context.Context, c call) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	past, err := c.bot.digests.Engine.Store.History(ctx, r.Place, r.ID)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	reply := Reply{Kind: Digest}
	editions := 0
	for _, o := range past {
		if !o.Reply {
			editions++
		}
		reply.Facts = append(reply.Facts, Fact{Name: o.Slot.String(), Value: became(o)})
	}
	reply.Text = fmt.Sprintf("%s: %s so far.", r.Title, count(editions, "edition"))
	return reply
}

// became says what has become of an edition, or of its details.
func became(o digest.Outcome) string {
	what := map[digest.State]string{
		digest.Sent: "posted, " + count(o.Count, "resource"), digest.Skipped: "left out", digest.Ambiguous: "may have been posted",
	}[o.State]
	if o.Reply {
		what = "details " + what
	}
	why := map[digest.Reason]string{
		digest.Late: "after its time", digest.Nothing: "the list had nothing for it", digest.Asked: "somebody wanted it so",
		digest.Untold: "the answer was lost, and there was no telling", digest.Recovered: "its answer was lost, and it was found again",
	}[o.Why]
	if why != "" {
		what += "; " + why
	}
	if text := strings.TrimSpace(o.Text); text != "" && o.Why != digest.Asked {
		what += "; " + text
	}
	return what
}
