package bot

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// tokenMemory is how long what is too long for a button is kept.
const tokenMemory = 30 * day

// stale is the answer to a button that does nothing any more, whatever the reason.
func stale() *Reply {
	return &Reply{Kind: Stale, Text: "This button has grown old and does nothing any more. Please ask anew.", Notes: []Note{{
		Kind: NoteNext, Text: "For example:", Commands: []string{"search circuit breaking", "topics"},
	}}}
}

// signing returns what signs and reads tokens; nil while its key cannot be had.
func (b *Bot) signing(ctx context.Context) *signer {
	b.mu.Lock()
	known := b.signer
	b.mu.Unlock()
	if known != nil || b.state == nil {
		return known
	}
	key, err := b.state.SigningKey(ctx)
	if err != nil {
		if !errors.Is(err, ErrUnavailable) {
			b.log.WarnContext(ctx, "answers have no buttons: there is no key to sign them with", "error", err)
		}
		return nil
	}
	made := newSigner([]string{string(key)})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.signer = made
	return made
}

// open reads the token of a request. What is wrong with it is logged: a forged one
// is worth knowing of.
func (b *Bot) open(ctx context.Context, r Request) (action, *Reply) {
	s := b.signing(ctx)
	if s == nil {
		return action{}, &Reply{Kind: Away, Text: "I cannot read my buttons just now. Please try again in a minute, or type a command."}
	}
	payload, err := s.unseal(r)
	var a action
	if err == nil {
		a, err = decodeAction(payload)
	}
	if err != nil {
		b.log.InfoContext(ctx, "a button is refused", "error", err, "platform", r.Platform, "workspace", r.Workspace, "user", r.User)
		return action{}, stale()
	}
	return a, nil
}

// resolve turns what a button does into a command with its options, by the list as
// it is now.
func (b *Bot) resolve(ctx context.Context, r Request, list List, a action) (parsed, *Reply) {
	p := parsed{command: a.command(b), options: make(Options)}
	switch a.op {
	case opTopic:
		t, moved, ok := a.ref.topic(list.catalog())
		if !ok {
			return p, gone("topic")
		}
		p.argument, p.moved = string(t.ID), moved
	case opSave:
		res, ok := a.ref.resource(list.catalog())
		if !ok {
			return p, gone("resource")
		}
		p.argument = res.URL
	case opUnsave:
		p.ref = a.ref
	case opPause:
		p.argument = string(a.digest)
	case opForget:
		offered := time.Unix(int64(a.minute)*60, 0)
		if age := b.now().Sub(offered); age < -time.Minute || age > confirmTime+time.Minute {
			return p, stale()
		}
		p.options[optConfirm] = confirmed
	default:
		return b.resolveRun(ctx, r, list, a)
	}
	if o, ok := p.command.rest(); ok {
		p.options[o.Name] = p.argument
	}
	return p, nil
}

// resolveRun is resolve for a button that carries a command line.
func (b *Bot) resolveRun(ctx context.Context, r Request, list List, a action) (parsed, *Reply) {
	line := a.text
	if a.flags&flagStored != 0 {
		if b.state == nil {
			return parsed{}, stale()
		}
		kept, err := b.state.LoadToken(ctx, r.scope(), TokenID(line))
		if err != nil {
			reply := call{bot: b, command: a.command(b)}.trouble(ctx, err)
			return parsed{}, &reply
		}
		if kept == nil {
			return parsed{}, stale()
		}
		line = string(kept)
	}
	p, refusal := b.parse(list.Index, Request{Text: line})
	if refusal != nil || !p.command.Pressable {
		return parsed{}, stale()
	}
	if a.kind != "" {
		p.options[optKind] = string(a.kind)
	}
	if a.page > 0 {
		p.options[optPage] = strconv.Itoa(a.page)
	}
	p.guess = ""
	return p, nil
}

func gone(what string) *Reply {
	return &Reply{Kind: Stale, Text: "The list no longer has this " + what + ".", Notes: []Note{browse("See what it covers:")}}
}
