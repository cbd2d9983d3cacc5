package bot

import "context"

// Introduce returns what the bot says of itself, in three lines, when it meets
// somebody: in a channel that it was added to, in direct messages when it is first
// written to, once each. ok is false when it has done so before, and where that
// cannot be told: nobody misses an introduction, and one at every message is noise.
// Only the request's place counts.
func (b *Bot) Introduce(ctx context.Context, r Request) (reply Reply, ok bool) {
	if b.state == nil {
		return Reply{}, false
	}
	met := EventID("met/" + string(r.Channel))
	if first, err := b.state.FirstTime(ctx, r.scope(), met, MeetingMemory); err != nil || !first {
		return Reply{}, false
	}
	return Reply{
		Kind: Help, For: ToAll,
		Text: "Hello, I am archbot. I recommend resources on software architecture, from a list that people curate.",
		Notes: []Note{
			{Kind: NoteNext, Text: "Ask in your own words:", Commands: []string{b.must("search").Examples[0]}},
			{Kind: NoteNext, Text: "All that I can do:", Commands: []string{"help"}},
		},
	}, true
}
