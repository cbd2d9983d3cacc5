package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"archbot/internal/catalog"
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
			optKind: string(r.Kind), optLevel: string(r.Level), optCourse: map[bool]string{true: yes, false: no}[r.Course],
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
	return reply
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
	return Reply{Kind: Done, Text: text}
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
	return Reply{Kind: Done, Text: fmt.Sprintf("%s comes again, %s.", r.Title, rhythm(r)), Notes: notes}
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

func runDigestPreview(ctx context.Context, c call) Reply {
	changes := c
	changes.argument = ""
	w, refusal := changes.wish()
	if refusal != nil {
		return *refusal
	}
	r, refusal := c.which(ctx)
	if refusal != nil && c.argument == "" {
		return *refusal
	}
	if refusal != nil {
		return c.previewTopic(ctx, w)
	}
	w.apply(&r.Subscription)
	content, err := c.bot.digests.Engine.Preview(ctx, r.Subscription)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	reply := c.previewed(r.ID, content)
	reply.Notes = append(reply.Notes, Note{Kind: NoteTakenAs, Text: "This is how it would come on " + digest.Dates(r.Upcoming(1)) + "."})
	return reply
}

// previewTopic shows the first edition that there would be on a topic.
func (c call) previewTopic(ctx context.Context, w wish) Reply {
	topic, takenAs, refusal := c.theTopic()
	if refusal != nil {
		return *refusal
	}
	s := digest.Subscription{
		ID: previewID, Place: c.request.place(), Topic: topic.ID, Zone: "UTC", Count: digest.DefaultCount,
		Schedule: digest.Schedule{Unit: digest.Weekly, Every: 1, Days: digest.On(time.Monday), At: digest.DefaultAt},
	}
	w.apply(&s)
	if err := s.Start(c.bot.now()); err != nil {
		return c.unhappy(ctx, err)
	}
	list, err := c.bot.DigestList(ctx)
	if err != nil {
		return c.unhappy(ctx, err)
	}
	reply := c.previewed("", list.Plan(s, s.Schedule.Next(s.Done), nil))
	if takenAs != nil {
		reply.Notes = append(reply.Notes, *takenAs)
	}
	return reply
}

// previewID stands for the id of a digest that is not there, so that its preview is
// the same each time.
const previewID = "preview222"

// previewed shows an edition as it would come; one without resources says so.
func (c call) previewed(id digest.ID, content digest.Content) Reply {
	reply := c.edition(digest.Post{Subscription: id, Content: content}, strings.EqualFold(c.options[optExplain], yes))
	if len(content.Picks) == 0 {
		reply.Kind = Nothing
	}
	reply.Buttons = slices.DeleteFunc(reply.Buttons, func(b Button) bool { return b.Kind == ButtonPause })
	return reply
}

func runDigestNow(ctx context.Context, c call) Reply {
	r, refusal := c.which(ctx)
	if refusal != nil {
		return *refusal
	}
	if _, ok := c.bot.digests.Engine.Senders.Of(r.Place.Platform); !ok {
		return Reply{Kind: Away, Text: "Nothing posts here just now."}
	}
	o, failure, err := c.bot.digests.Engine.Now(ctx, r.Place, r.ID)
	switch {
	case err != nil:
		return c.unhappy(ctx, err)
	case failure != nil && failure.Class == digest.Unsure:
		return Reply{Kind: Away, Text: "It may have been posted; I will look in a moment, and post it if not."}
	case failure != nil && failure.Class == digest.Passing:
		return Reply{Kind: Away, Text: "It cannot be posted just now. I will try again. " + failure.Text}
	case failure != nil:
		return Reply{Kind: Misuse, Text: "It cannot be posted: " + failure.Text}
	case o.State == digest.Skipped:
		return Reply{Kind: Nothing, Text: "There is nothing to post: the list has nothing for it."}
	case o.State == digest.Sent:
		return Reply{Kind: Done, Text: fmt.Sprintf("Posted: %s of %s.", count(o.Count, "resource"), r.Title)}
	}
	return Reply{Kind: Away, Text: "It was not posted: see `digest show`."}
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
	reply := Reply{Kind: Digest, Text: fmt.Sprintf("%s: %s so far.", r.Title, count(len(past), "edition"))}
	for _, o := range past {
		reply.Facts = append(reply.Facts, Fact{Name: o.Slot.String(), Value: became(o)})
	}
	return reply
}

// became says what has become of an edition.
func became(o digest.Outcome) string {
	what := map[digest.State]string{
		digest.Sent: "posted, " + count(o.Count, "resource"), digest.Skipped: "left out", digest.Ambiguous: "may have been posted",
	}[o.State]
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

// Edition is what a Sender shows of a post: an answer to all of its channel.
func (b *Bot) Edition(ctx context.Context, post digest.Post) Reply {
	r := Request{
		Platform: Platform(post.Place.Platform), Workspace: WorkspaceID(post.Place.Workspace), Channel: ChannelID(post.Place.Channel),
	}
	if user, ok := strings.CutPrefix(post.Place.Channel, "@"); ok { // whose direct messages these are
		r.User, r.Channel = UserID(user), ""
	}
	list := b.library.Current()
	c := call{bot: b, request: r, command: b.must("digest preview"), list: list, known: b.knownOf(list), to: ToAll}
	c.minter = b.minter(ctx, r, ToAll)
	return c.minter.mint(c.edition(post, false))
}

// edition shows one, with the reasons of each resource where they are asked for.
func (c call) edition(post digest.Post, reasons bool) Reply {
	content := post.Content
	reply := Reply{Kind: Edition, Title: content.Heading(), Text: content.Why(), For: c.to}
	if content.Gone {
		reply.Kind, reply.Title = Nothing, ""
		return reply
	}
	for _, pick := range content.Picks {
		card := resourceCard(c.catalog(), pick.Resource)
		switch {
		case reasons:
			card.Remark = "Because: " + strings.Join(pick.Reasons, "; ") + "."
		case !pick.New.IsZero():
			card.Remark = "New in the list."
		}
		reply.Resources = append(reply.Resources, card)
	}
	c.saveButtons(&reply)
	if t, ok := c.catalog().Topic(content.Topic); ok {
		reply.Buttons = append(reply.Buttons, Button{
			Kind: ButtonTopic, Label: "More of this", Command: "topic " + c.facts(t).name,
			Token: c.minter.token(action{op: opTopic, ref: c.facts(t).ref}),
		})
	}
	if post.Subscription != "" {
		reply.Buttons = append(reply.Buttons, c.pauseButton(post.Subscription))
	}
	return reply
}

// DigestList is the list as digests are chosen from it, with when its resources came
// as far as the State says it.
func (b *Bot) DigestList(ctx context.Context) (digest.List, error) {
	list := b.library.Current()
	out := digest.List{Catalog: list.catalog()}
	a, err := b.mark(ctx, list)
	switch {
	case errors.Is(err, errStateless):
		return out, nil
	case err != nil:
		return out, err
	}
	out.Arrived = func(r catalog.Resource) time.Time {
		if first := a.of1(r); first.After(a.began) {
			return first
		}
		return time.Time{}
	}
	return out, nil
}
