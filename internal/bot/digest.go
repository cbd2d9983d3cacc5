package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"archbot/internal/digest"
	"archbot/internal/search"
)

// runDigest is the group without a subcommand.
func runDigest(ctx context.Context, c call) Reply {
	if c.argument == "" {
		return runDigestList(ctx, c)
	}
	word, rest := firstWord(c.argument)
	reply := Reply{Kind: Misuse, Text: "There is no command " + quoted("digest "+word) + "."}
	if near, ok := nearest(word, names(c.command.Subcommands)); ok {
		reply.Text += " Did you mean `digest " + near + "`?"
		reply.Notes = []Note{{Kind: NoteDidYouMean, Text: "Ask for it:", Commands: []string{strings.TrimSpace("digest " + near + " " + rest)}}}
		return reply
	}
	reply.Notes = []Note{{Kind: NoteNext, Text: "These are the commands:", Commands: synopses(c.command.Subcommands)}}
	return reply
}

// unhappy turns an error about digests into words.
func (c call) unhappy(ctx context.Context, err error) Reply {
	switch {
	case errors.Is(err, digest.ErrFull):
		return Reply{Kind: Away, Text: fmt.Sprintf("This channel has %d digests, which is as many as there may be. Remove one first.", digest.MaxSubscriptions)}
	case errors.Is(err, digest.ErrUnknown):
		return Reply{Kind: Misuse, Text: "That digest is not there any more."}
	case errors.Is(err, digest.ErrBusy):
		return Reply{Kind: Away, Text: "An edition of it is on its way. Please try again in a minute."}
	case errors.Is(err, digest.ErrSoon):
		return Reply{Kind: Away, Text: "An edition of it went out less than an hour ago. Please wait a little."}
	case errors.Is(err, digest.ErrConflict):
		return Reply{Kind: Away, Text: "Somebody else is changing it at the same moment. Please look, and try again."}
	}
	return c.trouble(ctx, err)
}

func runDigestAdd(ctx context.Context, c call) Reply {
	if c.bot.digests == nil {
		return stateless()
	}
	w, refusal := c.wish()
	if refusal != nil {
		return *refusal
	}
	named := c
	named.argument = w.topic
	topic, takenAs, refusal := named.theTopic()
	if refusal != nil {
		return *refusal
	}
	w.topic = c.facts(topic).name
	zone, refusal := c.zoneOf(ctx, w)
	if refusal != nil {
		return *refusal
	}
	s := digest.Subscription{
		ID: digest.NewID(), Place: c.request.place(), Topic: topic.ID, Zone: zone, Count: digest.DefaultCount, By: string(c.request.User),
		Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(time.Monday), At: digest.DefaultAt},
	}
	w.apply(&s)
	list := digest.List{Catalog: c.catalog()}
	list.Anchor(&s)
	if content := list.Plan(s, s.Schedule.Next(digest.DateOf(c.bot.now())), nil); content.Total == 0 {
		return *misuse(c.command, topic.Title+": "+emptiness([]TopicCard{c.facts(topic).card}, search.Filter{Kind: s.Kind, Level: s.Level}), "")
	}
	if _, ok := c.bot.digests.Engine.Senders.Of(s.Place.Platform); !ok {
		return Reply{Kind: Away, Text: "Nothing posts digests here, so none can come."}
	}
	notes, refusal := c.probe(ctx, s.Place)
	if refusal != nil {
		return *refusal
	}
	r, err := c.bot.digests.Engine.Add(ctx, s)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	if w.zone != "" {
		if err := c.bot.digests.Engine.Store.KeepZone(ctx, s.Place, w.zone); err != nil {
			c.bot.log.WarnContext(ctx, "a time zone is not remembered", "error", err)
		}
	}
	reply := Reply{Kind: Done, Text: fmt.Sprintf("%s comes here %s.", r.Title, rhythm(r)), Notes: notes}
	if takenAs != nil {
		reply.Notes = append([]Note{*takenAs}, reply.Notes...)
	}
	c.digestButtons(&reply, r)
	return c.changed(reply)
}

// changed is a reply that says that the digests here are others now.
func (c call) changed(reply Reply) Reply {
	reply.Changed = c.request.alone()
	return reply
}

// apply changes a subscription as it is wished.
func (w wish) apply(s *digest.Subscription) {
	if w.when != nil {
		s.Schedule = *w.when
	}
	if w.count != 0 {
		s.Count = w.count
	}
	if w.kind != nil {
		s.Kind = *w.kind
	}
	if w.level != nil {
		s.Level = *w.level
	}
	if w.course != nil {
		s.Course = *w.course
	}
	if w.details != nil {
		s.Details = *w.details
	}
	if w.zone != "" {
		s.Zone = w.zone
	}
}

// rhythm says when a digest comes: its schedule, zone and next three dates.
func rhythm(r digest.Record) string {
	return fmt.Sprintf("%s (%s): next on %s", r.Schedule, r.Zone, digest.Dates(r.Upcoming(3)))
}

// digestButtons are what can be done with a digest.
func (c call) digestButtons(reply *Reply, r digest.Record) {
	reply.Buttons = append(reply.Buttons, c.run(ButtonAgain, "Preview", "digest preview "+string(r.ID)))
	if r.Pause == nil {
		reply.Buttons = append(reply.Buttons, c.pauseButton(r.ID))
	}
}

func (c call) pauseButton(id digest.ID) Button {
	return Button{
		Kind: ButtonPause, Label: "Pause", Command: "digest pause " + string(id),
		Token: c.minter.token(action{op: opPause, digest: id}),
	}
}

func runDigestEdit(ctx context.Context, c call) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	changes := c
	changes.argument = ""
	w, refusal := changes.wish()
	if refusal != nil {
		return *refusal
	}
	if w == (wish{}) {
		reply := misuse(c.command, "What is to change? "+r.Title+" comes "+rhythm(r)+".", "")
		reply.Form = c.command.form(Options{
			optWhich: string(r.ID), optWhen: r.Schedule.String(), optCount: fmt.Sprint(r.Count), optZone: r.Zone,
			optKind: string(r.Kind), optLevel: string(r.Level), optCourse: yesOrNo(r.Course), optDetails: yesOrNo(r.Details),
		})
		return *reply
	}
	notes, refusal := c.probe(ctx, r.Place)
	if refusal != nil {
		return *refusal
	}
	r, err := c.bot.digests.Engine.Edit(ctx, r.Place, r.ID, w.apply)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	reply := Reply{Kind: Done, Text: fmt.Sprintf("%s comes %s; %s.", r.Title, rhythm(r), wants(r.Subscription)), Notes: notes}
	c.digestButtons(&reply, r)
	return c.changed(reply)
}

func yesOrNo(is bool) string {
	if is {
		return yes
	}
	return no
}

// onOne does something to the digest that is named, and says what was done.
func (c call) onOne(ctx context.Context, do func(*digest.Engine, digest.Record) (string, error)) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	text, err := do(c.bot.digests.Engine, r)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	return c.changed(Reply{Kind: Done, Text: text})
}

func runDigestPause(ctx context.Context, c call) Reply {
	return c.onOne(ctx, func(e *digest.Engine, r digest.Record) (string, error) {
		_, err := e.Pause(ctx, r.Place, r.ID, string(c.request.User))
		return fmt.Sprintf("%s is paused. `digest resume %s` has it come again.", r.Title, r.ID), err
	})
}

func runDigestResume(ctx context.Context, c call) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	notes, refusal := c.probe(ctx, r.Place)
	if refusal != nil {
		return *refusal
	}
	r, err := c.bot.digests.Engine.Resume(ctx, r.Place, r.ID)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	return c.changed(Reply{Kind: Done, Text: fmt.Sprintf("%s comes again, %s.", r.Title, rhythm(r)), Notes: notes})
}

func runDigestSkip(ctx context.Context, c call) Reply {
	return c.onOne(ctx, func(e *digest.Engine, r digest.Record) (string, error) {
		skipped, next, err := e.Skip(ctx, r.Place, r.ID)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("The edition of %s is left out. %s comes next on %s.", skipped.Date.Words(), r.Title, digest.Dates(next.Upcoming(1))), nil
	})
}

func runDigestRemove(ctx context.Context, c call) Reply {
	return c.onOne(ctx, func(e *digest.Engine, r digest.Record) (string, error) {
		found, err := e.Store.Remove(ctx, r.Place, r.ID)
		if err == nil && !found {
			err = digest.ErrUnknown
		}
		return r.Title + " does not come here any more.", err
	})
}
