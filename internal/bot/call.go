package bot

import (
	"archbot/internal/catalog"
	"archbot/internal/search"
)

// call is one command being carried out.
type call struct {
	bot      *Bot
	request  Request
	command  Command
	list     List // the same for the whole of a call, whatever is reloaded meanwhile
	options  Options
	argument string // the option that takes the rest of the line
	filter   search.Filter
	page     int  // 1 or more
	limit    int  // how many topics a search answers with; positive
	moved    bool // the argument is a topic that was followed to where it is now
	ref      ref  // what an unsave button names
	to       Audience
	minter   *minter
	known    *known // of the list
}

// index is the list's.
func (c call) index() *search.Index { return c.list.Index }

// catalog is the list as data.
func (c call) catalog() *catalog.Catalog { return c.list.catalog() }

// filtered reports whether only some resources are asked for.
func (c call) filtered() bool { return c.filter != (search.Filter{}) }
