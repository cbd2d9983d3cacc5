package bot

import "strconv"

// maxAnswers is how many answers are remembered of a list: what a busy day's people
// ask most, some ten kilobytes each.
const maxAnswers = 512

// answer is what a command came to, before it has tokens.
type answer struct {
	reply Reply
	plans []action
}

// answerKey says what an answer depends on besides the list, for a command that is
// Steady.
type answerKey struct {
	line  string // as it would be typed, with all options
	text  string // what was typed, where it may have been meant otherwise
	to    Audience
	alone bool // nobody is there to share it with
	moved bool
	limit int
}

// key is what the call's answer depends on.
func (c call) key(guess string) answerKey {
	k := answerKey{line: c.line(), to: c.to, alone: !c.shareable(), moved: c.moved, limit: c.limit}
	if guess != "" {
		k.text = c.request.Text
	}
	return k
}

// carryOut runs the command, or takes what it came to before, and gives the answer its
// tokens.
func (b *Bot) carryOut(run func() Reply, c call, guess string) Reply {
	if !c.command.steady {
		return c.minter.mint(run())
	}
	key := c.key(guess)
	if kept, ok := c.known.answers.Get(key); ok && c.minter.signer != nil {
		c.minter.plans = kept.plans
		return c.minter.mint(kept.reply)
	}
	reply := run()
	if !reply.Kind.Complaint() && c.minter.signer != nil {
		reply.Same = strconv.FormatUint(b.made.Add(1), 36)
		c.known.answers.Add(key, answer{reply, c.minter.plans})
	}
	return c.minter.mint(reply)
}
