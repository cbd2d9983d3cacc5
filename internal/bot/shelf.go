package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// keptEntry is what a shelf knows of an entry besides its address's key, in case
// that the list has it no longer. Fields may be added.
type keptEntry struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// runSave puts a resource on the shelf of whoever asks.
func runSave(ctx context.Context, c call) Reply {
	if c.bot.state == nil {
		return stateless()
	}
	r, ok := listed(c.catalog(), c.argument)
	if !ok {
		return Reply{
			Kind: Misuse, Query: c.argument, Text: "The list has no resource with the address or title " + quoted(c.argument) + ".",
			Notes: []Note{{Kind: NoteNext, Text: "Find it first:", Commands: []string{"search circuit breaking"}}},
		}
	}
	data, err := json.Marshal(keptEntry{Title: r.Title, URL: r.URL})
	if err != nil {
		return c.trouble(ctx, err)
	}
	entry := Saved{ID: catalog.URLKey(r.URL), Data: data, At: c.bot.now()}
	if err := c.bot.state.Save(ctx, c.request.person(), entry); err != nil {
		return c.trouble(ctx, err)
	}
	return Reply{
		Kind: Done, Text: quoted(r.Title) + " is on your reading list.",
		Buttons: []Button{c.unsaveButton(r.URL, "Undo"), c.run(ButtonTopic, "Show the list", "saved")},
	}
}

// runSaved shows the shelf. An entry that the list has no longer is shown by what
// was kept of it.
func runSaved(ctx context.Context, c call) Reply {
	if c.bot.state == nil {
		return stateless()
	}
	shelf, err := c.bot.state.Saved(ctx, c.request.person())
	if err != nil {
		return c.trouble(ctx, err)
	}
	var cards []ResourceCard
	for _, s := range shelf {
		card := c.savedCard(s)
		if c.filter.Kind == "" || card.Kind == c.filter.Kind {
			cards = append(cards, card)
		}
	}
	reply := Reply{Kind: Reading}
	shown := c.onPage(&reply, len(cards))
	reply.Resources = cards[shown.from:shown.to]
	reply.Text = "Your reading list: " + count(len(cards), "resource") + "."
	switch {
	case len(shelf) == 0:
		reply.Text = "Your reading list is empty."
		reply.Notes = []Note{{Kind: NoteNext, Text: "Put something on it:", Commands: []string{"search circuit breaking", c.bot.must("save").Examples[0]}}}
	case reply.More:
		reply.Buttons = []Button{c.again(ButtonNext, "More", c.filter.Kind, c.page+1, 0)}
	}
	return reply
}

// savedCard is an entry of the shelf as the list has it now.
func (c call) savedCard(s Saved) ResourceCard {
	var card ResourceCard
	remark := "Saved on " + c.request.date(s.At) + "."
	kept := keptOf(s)
	if r, ok := c.catalog().Resource(kept.URL); ok {
		card = resourceCard(c.catalog(), r)
	} else {
		card = ResourceCard{Title: kept.Title, URL: kept.URL}
		remark = "The list no longer has this. " + remark
	}
	card.Remark = remark
	card.Buttons = []Button{c.unsaveButton(kept.URL, "Remove")}
	return card
}

// keptOf reads what the shelf knows of an entry; what cannot be read is shown by
// its address.
func keptOf(s Saved) keptEntry {
	var kept keptEntry
	if err := json.Unmarshal(s.Data, &kept); err != nil || kept.URL == "" || kept.Title == "" {
		kept = keptEntry{Title: s.ID, URL: s.ID}
	}
	return kept
}

// runUnsave takes an entry off the shelf, whether or not the list still has it.
func runUnsave(ctx context.Context, c call) Reply {
	if c.bot.state == nil {
		return stateless()
	}
	shelf, err := c.bot.state.Saved(ctx, c.request.person())
	if err != nil {
		return c.trouble(ctx, err)
	}
	i := slices.IndexFunc(shelf, func(s Saved) bool {
		kept := keptOf(s)
		return resourceRef(s.ID) == c.ref || s.ID == catalog.URLKey(c.argument) || strings.EqualFold(kept.Title, c.argument)
	})
	if i < 0 {
		return Reply{Kind: Done, Text: "That is not on your reading list.", Notes: []Note{{
			Kind: NoteNext, Text: "See what is:", Commands: []string{"saved"},
		}}}
	}
	if _, err := c.bot.state.Unsave(ctx, c.request.person(), shelf[i].ID); err != nil {
		return c.trouble(ctx, err)
	}
	return Reply{Kind: Done, Text: fmt.Sprintf("%s is off your reading list.", quoted(keptOf(shelf[i]).Title))}
}

// listed finds the resource with an address, or a title that only one has.
func listed(c *catalog.Catalog, named string) (catalog.Resource, bool) {
	if r, ok := c.Resource(named); ok {
		return r, true
	}
	var found []catalog.Resource
	for _, r := range c.Resources {
		if strings.EqualFold(r.Title, named) {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return catalog.Resource{}, false
	}
	return found[0], true
}

// isResourceOrEmpty reports whether an argument is an address or the title of a
// resource; "save money on servers" is a question.
func isResourceOrEmpty(x *search.Index, argument string) bool {
	if argument == "" || strings.Contains(argument, "://") {
		return true
	}
	_, ok := listed(x.Catalog(), argument)
	return ok
}
