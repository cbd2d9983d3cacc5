package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/dialogue"
	"archbot/internal/search"
)

// runAsk answers a message as the conversation that it belongs to goes on. What
// measures the bot sees all topics that were found.
func runAsk(ctx context.Context, c call) Reply {
	if refusal := c.wordless(); refusal != nil {
		return *refusal
	}
	t := c.talk(ctx)
	m := dialogue.Message{Text: c.argument, Filter: c.filter, Topics: c.request.Limit, Seed: string(t.id.Channel) + "/" + string(t.id.Thread)}
	if c.options[optPage] != "" {
		m.Page = c.page
	}
	began := time.Now()
	acts, now := dialogue.Answer(c.index(), t.context, m)
	c.bot.observer.Searched(ctx, began)
	if c.request.Overheard && !c.overhears(ctx, t, acts) {
		return Reply{Kind: Silent, Text: "This was not for me."}
	}
	if t.away && acts[0].Intent == dialogue.Lost {
		return Reply{Kind: Away, Text: "I cannot reach my memory just now, so I do not know what we were talking about. Please name the topic."}
	}
	c.keep(ctx, t, now)
	var replies []Reply
	for _, act := range acts {
		replies = append(replies, c.act(ctx, act))
	}
	return together(replies)
}

// act turns one act of a conversation into a reply, and does what words cannot.
func (c call) act(ctx context.Context, a dialogue.Act) Reply {
	reply := Reply{Kind: Found, Text: a.Say, Query: a.Query, Filter: a.Filter}
	switch a.Intent {
	case dialogue.Save:
		return c.saveAll(ctx, a)
	case dialogue.Saved:
		return c.saved(ctx, a)
	case dialogue.Subscribe:
		return c.subscribe(ctx, a)
	case dialogue.Help:
		reply.Kind = Help
	case dialogue.Talk, dialogue.Lost:
		reply.Kind = Talk
	case dialogue.Outside:
		reply = c.outside(reply, a)
	case dialogue.Covers:
		reply.Kind = Place
		reply.Topics = c.cards(a.Topics)
		for _, child := range c.catalog().Children(reply.Topics[0].ID) {
			reply.Topics[0].Children = append(reply.Topics[0].Children, c.facts(child).card)
		}
	default:
		reply.Topics, reply.Related = c.cards(a.Topics), c.cards(a.Family)
		if c.request.Limit == 0 {
			reply.Related = nil
		}
		c.show(&reply, a)
	}
	if a.Next != "" {
		reply.Notes = append(reply.Notes, Note{Kind: NoteNext, Text: a.Next})
	}
	return reply
}

// show puts the resources of an act into a reply, with what can be done about them.
func (c call) show(r *Reply, a dialogue.Act) {
	r.Page, r.More = a.Page, a.More
	for _, p := range a.Picks {
		card := resourceCard(c.catalog(), p.Resource)
		card.Reasons, card.Remark = p.Reasons, p.Why
		r.Resources = append(r.Resources, card)
	}
	c.command = c.bot.must("ask") // where its buttons lead on
	c.argument, c.filter, c.page = a.Query, a.Filter, a.Page
	c.options = Options{optLevel: string(a.Filter.Level), optYear: yearsOf(a.Filter)}
	if len(a.Topics) == 1 || a.Intent != dialogue.Compare && len(a.Topics) > 1 {
		c.options[optTopic] = c.facts(a.Topics[0].Topic).name
	}
	if a.Intent == dialogue.Detail || a.Intent == dialogue.Related {
		c.saveButtons(r)
		c.topicMenu(r, "Start with a topic", r.Topics)
		return
	}
	c.equip(r, a.Kinds)
}

// yearsOf is the range of a filter as the option has it.
func yearsOf(f search.Filter) string {
	year := func(y catalog.Year) string {
		if y == 0 {
			return ""
		}
		return strconv.Itoa(int(y))
	}
	switch {
	case f.From == 0 && f.To == 0:
		return ""
	case f.From == f.To:
		return year(f.From)
	}
	return year(f.From) + "-" + year(f.To)
}

// cards are topics that were found, as they are shown.
func (c call) cards(hits []search.TopicHit) []TopicCard {
	var out []TopicCard
	for _, h := range hits {
		card := c.facts(h.Topic).card
		card.Score, card.Reasons = h.Score, h.Reasons
		out = append(out, card)
	}
	return out
}

// outside is the reply to what the list has nothing on; near topics are offered, not
// passed off as a find.
func (c call) outside(r Reply, a dialogue.Act) Reply {
	r.Kind, r.Query = Nothing, c.argument
	if len(a.Near) > 0 {
		note := Note{Kind: NoteDidYouMean, Text: "Did you mean one of these?"}
		for _, h := range a.Near {
			note.Commands = append(note.Commands, "topics "+c.facts(h.Topic).name)
		}
		r.Notes = append(r.Notes, note)
	}
	r.Notes = append(r.Notes, browse("See what the list covers:"))
	return r
}

// as is the call as one of another command.
func (c call) as(command, argument string) call {
	c.command, c.argument = c.bot.must(command), argument
	c.filter, c.page = search.Filter{}, 1
	c.options = Options{}
	c.to = audience(c.request, parsed{command: c.command}, action{})
	return c
}

// saveAll puts the resources of an act on the reading list.
func (c call) saveAll(ctx context.Context, a dialogue.Act) Reply {
	if refusal := c.bot.forbidden(ctx, c.request, c.bot.must("save")); refusal != nil {
		return *refusal
	}
	var replies []Reply
	for _, p := range a.Picks {
		replies = append(replies, runSave(ctx, c.as("save", p.Resource.URL)))
	}
	return together(replies)
}

// saved shows the reading list.
func (c call) saved(ctx context.Context, a dialogue.Act) Reply {
	if refusal := c.bot.forbidden(ctx, c.request, c.bot.must("saved")); refusal != nil {
		return *refusal
	}
	list := c.as("saved", "")
	list.filter.Kind = a.Filter.Kind
	return runSaved(ctx, list)
}

// subscribe has the topic of a conversation sent regularly, as the digest command does,
// at the times that the message says.
func (c call) subscribe(ctx context.Context, a dialogue.Act) Reply {
	switch {
	case c.bot.digests == nil:
		return Reply{Kind: Talk, Text: a.Say + " That I cannot do here: I answer when I am asked."}
	case len(a.Topics) == 0:
		return Reply{Kind: Talk, Text: a.Say + " Which topic?", Notes: []Note{{
			Kind: NoteNext, Text: "For example:", Commands: c.bot.must("digest add").Examples[:1],
		}}}
	}
	if refusal := c.bot.forbidden(ctx, c.request, c.bot.must("digest add")); refusal != nil {
		return *refusal
	}
	add := c.as("digest add", c.facts(a.Topics[0].Topic).name)
	var said wish
	if _, when := scheduleBehind(said.among(strings.Fields(c.argument))); when != nil {
		add.options[optWhen] = when.String()
	}
	add.options[optZone] = said.zone
	add.options[optKind], add.options[optLevel] = string(a.Filter.Kind), string(a.Filter.Level)
	return runDigestAdd(ctx, add)
}

// together makes one reply of several that answer one message, in order.
func together(replies []Reply) Reply {
	whole := replies[0]
	for _, r := range replies[1:] {
		whole.Text += " " + r.Text
		if whole.Kind != Found {
			whole.Kind = r.Kind
		}
		for _, t := range r.Topics {
			if !slices.ContainsFunc(whole.Topics, func(w TopicCard) bool { return w.ID == t.ID }) {
				whole.Topics = append(whole.Topics, t)
			}
		}
		whole.Related = append(whole.Related, r.Related...)
		whole.Resources = append(whole.Resources, r.Resources...)
		whole.Menus = append(whole.Menus, r.Menus...)
		whole.Notes = r.Notes
		whole.Page, whole.More, whole.Filter = r.Page, r.More, r.Filter
		whole.Buttons = nil // each would be about one of them
	}
	whole.Text = strings.TrimSpace(whole.Text)
	return whole
}
