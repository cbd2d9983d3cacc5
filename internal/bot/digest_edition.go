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
)

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
	reply := c.previewed(r.Subscription, w, content)
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
	content := list.Plan(s, s.Schedule.Next(s.Done), nil)
	s.ID = "" // it is not there
	reply := c.previewed(s, w, content)
	if takenAs != nil {
		reply.Notes = append(reply.Notes, *takenAs)
	}
	return reply
}

// previewID stands for the id of a digest that is not there, so that its preview is
// the same each time.
const previewID = "preview222"

// previewed shows an edition as it would come, or where the wish says so its details; one
// without resources says so.
func (c call) previewed(s digest.Subscription, w wish, content digest.Content) Reply {
	post, show := digest.Post{Subscription: s.ID, Content: content}, c.details
	if w.details == nil || !*w.details || len(content.Picks) == 0 {
		show = func(p digest.Post) Reply { return c.edition(p, strings.EqualFold(c.options[optExplain], yes)) }
	}
	reply := show(post)
	switch {
	case len(content.Picks) == 0:
		reply.Kind = Nothing
	case s.Details && s.ID != "" && reply.Kind == Edition:
		reply.Notes = append(reply.Notes, Note{
			Kind: NoteNext, Text: "A reply with the details follows it:", Commands: []string{"digest preview " + string(s.ID) + " details:yes"},
		})
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

// Edition is what a Sender shows of a post, be it an edition or the reply to one: an
// answer to all of its channel.
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
	if post.To != "" {
		return c.minter.mint(c.details(post))
	}
	return c.minter.mint(c.edition(post, false))
}

// details are what stands in the list of an edition's resources, in full.
func (c call) details(post digest.Post) Reply {
	n := len(post.Content.Picks)
	reply := Reply{
		Kind: Details, Title: post.Content.Heading() + " · details", Text: fmt.Sprintf("More about the %s of this edition.", count(n, "resource")), For: c.to,
	}
	if n == 1 {
		reply.Text = "More about the resource of this edition."
	}
	for _, pick := range post.Content.Picks {
		card := resourceCard(c.catalog(), pick.Resource)
		var also []string
		for _, id := range pick.Resource.Also {
			if path := c.catalog().Path(id); len(path) > 0 {
				also = append(also, strings.Join(path, PathSeparator))
			}
		}
		if len(also) > 0 {
			card.Remark = "Also in " + strings.Join(also, "; ") + "."
		}
		reply.Resources = append(reply.Resources, card)
	}
	c.editionButtons(&reply, post)
	return reply
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
	c.editionButtons(&reply, post)
	return reply
}

// editionButtons are what can be done with an edition as a whole.
func (c call) editionButtons(reply *Reply, post digest.Post) {
	if t, ok := c.catalog().Topic(post.Content.Topic); ok {
		reply.Buttons = append(reply.Buttons, Button{
			Kind: ButtonTopic, Label: "More of this", Command: "topic " + c.facts(t).name,
			Token: c.minter.token(action{op: opTopic, ref: c.facts(t).ref}),
		})
	}
	if post.Subscription != "" {
		reply.Buttons = append(reply.Buttons, c.pauseButton(post.Subscription))
	}
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
