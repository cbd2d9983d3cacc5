package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"archbot/internal/catalog"
)

// Prompt is something that may be asked next, as a platform suggests it.
type Prompt struct {
	Title   string // what it is about, in a few words
	Message string // what is said when it is chosen
}

// maxPrompts is how many are suggested: as many as Slack shows.
const maxPrompts = 4

// lastTopics stands in place of a channel where it is kept which topic somebody asked
// about last. No platform's channel has such an id.
const lastTopics ChannelID = "@last"

// lastTopic names what is kept of that; ok is false for nobody.
func (r Request) lastTopic() (id ConversationID, ok bool) {
	return ConversationID{Scope: r.scope(), Channel: lastTopics, Thread: MessageID(aside + string(r.User))}, r.User != ""
}

// NoteTopic remembers which topic somebody was answered about, for Prompts. An adapter
// calls it after the answer, where it suggests anything at all.
func (b *Bot) NoteTopic(ctx context.Context, r Request, reply Reply) {
	id, ok := r.lastTopic()
	if !ok || b.state == nil || b.remember <= 0 || len(reply.Topics) == 0 {
		return
	}
	switch reply.Kind {
	case Found, Place, Guide, News:
	default:
		return
	}
	err := b.state.KeepConversation(ctx, id, r.person(), []byte(reply.Topics[0].ID), MaxMemory)
	if err != nil && !errors.Is(err, ErrUnavailable) {
		b.log.WarnContext(ctx, "what somebody asked about is not remembered", "error", err)
	}
}

// Prompts suggests what to ask: more of what somebody asked about last, and what the
// list is rich in. Only who asks, and where, counts of the request. Each of them leads
// to an answer.
func (b *Bot) Prompts(ctx context.Context, r Request) []Prompt {
	list := b.library.Current()
	if list.Index == nil {
		return nil
	}
	s := suggester{bot: b, list: list, facts: call{bot: b, list: list, known: b.knownOf(list)}.facts}
	if t, ok := s.last(ctx, r); ok {
		s.more(t)
	}
	s.rich()
	return s.prompts
}

type suggester struct {
	bot     *Bot
	list    List
	facts   func(catalog.Topic) topicFacts
	prompts []Prompt
	taken   []catalog.TopicID
}

// last is the topic that somebody asked about last, if the list still has it.
func (s *suggester) last(ctx context.Context, r Request) (t catalog.Topic, ok bool) {
	id, ok := r.lastTopic()
	if !ok || s.bot.state == nil {
		return t, false
	}
	data, err := s.bot.state.LoadConversation(ctx, id)
	if err != nil || data == nil {
		return t, false
	}
	t, ok = s.list.Index.Catalog().Topic(catalog.TopicID(data))
	return t, ok && s.suggestible(t)
}

// suggestible reports whether a topic can be named in a sentence, and has something.
func (s *suggester) suggestible(t catalog.Topic) bool {
	const longest = 60
	facts := s.facts(t)
	return facts.name == t.Title && len(t.Title) <= longest && !strings.ContainsAny(t.Title, "<>@\n") && facts.card.Resources > 0
}

// more suggests to go on with a topic.
func (s *suggester) more(t catalog.Topic) {
	s.taken = append(s.taken, t.ID)
	s.add("Start with "+t.Title, "topic "+t.Title)
	for _, r := range s.list.Index.Catalog().In(t.ID) {
		if r.Kind == catalog.Video {
			s.add("Videos on "+t.Title, "search "+t.Title+" kind:video")
			return
		}
	}
}

func (s *suggester) add(title, message string) {
	s.prompts = append(s.prompts, Prompt{Title: title, Message: message})
}

// rich suggests topics with several resources, by chance, and in the end to see all.
func (s *suggester) rich() {
	const enough = 3
	var all []catalog.Topic
	for _, t := range s.list.Index.Catalog().Topics {
		if t.Parent != "" && len(s.list.Index.Catalog().In(t.ID)) >= enough && s.suggestible(t) {
			all = append(all, t)
		}
	}
	for len(s.prompts) < maxPrompts-1 && len(all) > 0 {
		i := s.bot.pick(len(all))
		t := all[i]
		all = append(all[:i], all[i+1:]...)
		if !slices.Contains(s.taken, t.ID) {
			s.taken = append(s.taken, t.ID)
			s.add("What is there on "+t.Title+"?", "what do you have on "+t.Title+"?")
		}
	}
	s.add("What does the list cover?", "topics")
}
