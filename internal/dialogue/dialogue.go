// Package dialogue answers messages as a conversation over a list: what a message
// asks for, what its "that" and "the second one" refer to, which filter holds, and the
// words of the answer.
//
// It is pure. Answer takes an index, what the conversation is about so far (a Context)
// and a message, and returns what to show (Acts) and what the conversation is about
// now. Keeping the Context is its caller's business, as is everything that happens
// beyond words: saving, subscribing.
//
// A message is read in two ways (read.go). Fixed words, the cues in cues.go, ask for
// something by themselves: "more", "any videos?", "one level up". What is left names
// something. Where nothing is left, the cues decide (fixed.go). Else what frames the
// message is taken off ("ok, what about … for that?", frame.go), and the rest is looked
// for (resolve.go): by itself, and the more the frame says that the message goes on,
// near what the talk is about. So a change of subject needs no keyword, and "inventory"
// means that of the order system when the talk is about orders.
//
// Every sentence of an answer is made of words.go and of what stands in the list.
package dialogue

import (
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// MaxText is how much of a message is read, in characters.
const MaxText = 4000

// Message is what somebody says.
type Message struct {
	Text   string
	Filter search.Filter // said apart from the text; what it names wins
	Page   int           // likewise; 0 for none
	Topics int           // how many topics an act may have; 0 for as many as read well
	Seed   string        // names the conversation: the same seed and turn say it the same way
}

// Intent is what an act does.
type Intent string

// The intents.
const (
	Find      Intent = "find"      // Picks on a topic, or on what no topic is about
	More      Intent = "more"      // another page of them
	Filter    Intent = "filter"    // the same, narrowed down or not any more
	Back      Intent = "back"      // what the talk was about before
	Up        Intent = "up"        // the topic above
	Start     Intent = "start"     // a path into a topic, from easy to hard
	Covers    Intent = "covers"    // what a topic has: the topics below it, or the kinds of resources
	Compare   Intent = "compare"   // two topics, the first two of Topics
	Related   Intent = "related"   // topics near one
	Detail    Intent = "detail"    // one resource or some of those shown before
	Save      Intent = "save"      // Picks are to be saved
	Saved     Intent = "saved"     // what was saved is to be shown
	Subscribe Intent = "subscribe" // the first of Topics is to be sent regularly
	Help      Intent = "help"
	Talk      Intent = "talk"    // greetings, thanks, small talk, and about the talk itself
	Lost      Intent = "lost"    // it goes on from something that is not known
	Outside   Intent = "outside" // the list has nothing on that; Near is near it
)

// Act is one thing that is done or said in answer to a message.
type Act struct {
	Intent Intent
	Say    string // in a sentence or some; never empty
	Next   string // what could be said next; may be empty
	Query  string // what was looked for
	Topics []search.TopicHit
	Family []search.TopicHit // the topic above the first and those below it, where more than usual is asked for
	Near   []search.TopicHit
	Picks  []Pick
	Kinds  []catalog.Kind // of all that Picks are a page of, the most frequent first
	Filter search.Filter
	Page   int  // of Picks; 0 where there are no pages
	More   bool // there is a page after this one
}

// lists reports whether an act shows resources, in pages.
func (a Act) lists() bool {
	switch a.Intent {
	case Find, More, Filter, Back, Up, Start, Compare:
		return true
	}
	return false
}

// Answer answers a message of a conversation, with one act or several, and returns
// what the conversation is about then. The same arguments give the same answer.
func Answer(x *search.Index, c Context, m Message) ([]Act, Context) {
	a := &answerer{index: x, list: x.Catalog(), context: c, message: m, within: m.Filter.Topic, searched: make(map[asked]search.Result)}
	a.context.within(a.list)
	a.context.turn++
	a.most, a.topics = perPage, shownTopics
	var acts []Act
	parts := a.parts(readableText(m.Text))
	if len(parts) > 1 {
		a.most, a.topics = max(2, (perPage+1)/len(parts)), 1
	}
	for i, p := range parts {
		a.slot = i
		acts = append(acts, a.answer(p))
	}
	return a.numbered(tidy(acts)), a.context
}

// numbered tells apart the answers to several questions.
func (a *answerer) numbered(acts []Act) []Act {
	if len(acts) < 2 {
		return acts
	}
	for i := range acts {
		n := number(i + 1)
		acts[i].Say = a.fill(sayNumbered, words{"n": n, "say": strings.TrimSuffix(acts[i].Say, ":")})
		if last := acts[i].Say[len(acts[i].Say)-1]; last != '.' && last != '?' && last != '!' {
			acts[i].Say += "."
		}
		for j := range acts[i].Picks {
			p := &acts[i].Picks[j]
			p.Why = strings.TrimSpace(a.fill(whyNumbered, words{"n": n, "why": p.Why}))
		}
	}
	return acts
}

// answerer is one message being answered.
type answerer struct {
	index   *search.Index
	list    *catalog.Catalog
	context Context
	message Message
	within  catalog.TopicID // only this topic and those below it are asked for
	most    int             // resources of an act
	topics  int             // likewise, where no more are asked for
	slot    int             // of several acts, which one

	searched map[asked]search.Result
}

// answer answers one part of a message.
func (a *answerer) answer(r reading) Act {
	if len(r.tells) == 0 && !a.namesTopic(r) {
		return a.fixed(r)
	}
	return a.topical(r)
}

// namesTopic reports whether words that are cues are better taken for a name: where
// the talk is about nothing yet, and a topic is called so.
func (a *answerer) namesTopic(r reading) bool {
	if len(r.tokens) == 0 || r.page > 0 || r.years != nil {
		return false
	}
	if a.within != "" {
		return !r.has(restart)
	}
	for _, c := range []cue{restart, where, help, saved, save, greet, thank, bye, small, idle, subscribe} {
		if r.has(c) {
			return false
		}
	}
	if onlyFiller(r) {
		return len(a.search(r.text, search.Filter{}).Topics) > 0
	}
	if a.context.now() != nil {
		return false
	}
	if len(a.index.Find(r.text)) > 0 {
		return true
	}
	hits := a.search(r.text, search.Filter{}).Topics
	return onlyNarrows(r) && len(hits) > 0 && hits[0].Score >= sureName
}

// onlyNarrows reports whether the cues of a message may as well be part of a name, as
// in "deep learning".
func onlyNarrows(r reading) bool {
	for _, c := range r.cues {
		if c.cue < lead && c.cue != ease && c.cue != kind && c.cue != level {
			return false
		}
	}
	return true
}

// onlyFiller reports whether the cues ask for nothing.
func onlyFiller(r reading) bool {
	for _, c := range r.cues {
		if c.cue < lead {
			return false
		}
	}
	return true
}

// readableText cuts a message to what is read, and takes platforms' marks out of it.
func readableText(s string) string {
	n := 0
	for i := range s {
		if n == MaxText {
			s = s[:i]
			break
		}
		n++
	}
	return search.Clean(s)
}

// tidy drops what says nothing beside the others: small talk, and a find that the next
// act narrows down at once.
func tidy(acts []Act) []Act {
	var out []Act
	for i, act := range acts {
		if (act.Intent == Talk || act.Intent == Lost) && len(acts) > 1 {
			continue
		}
		if act.lists() && i+1 < len(acts) && acts[i+1].supersedes(act) {
			continue
		}
		out = append(out, act)
	}
	if len(out) == 0 {
		return acts[:1]
	}
	return out
}

// supersedes reports whether an act shows what the one before it shows, only better.
func (a Act) supersedes(b Act) bool {
	return a.Intent == Filter && len(a.Topics) > 0 && len(b.Topics) > 0 && a.Topics[0].Topic.ID == b.Topics[0].Topic.ID
}
