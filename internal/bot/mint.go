package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// planSign begins what stands in a button for its token until the answer is
// complete: the sign, then which of the plans it is. No token begins so.
const planSign = "\x00"

// minter makes the tokens of one answer. While a command runs, a button gets a plan in
// place of its token: what an answer says depends on nobody, and can be used for the
// next one who asks, while tokens are for one person, or one place.
type minter struct {
	request Request
	signer  *signer // nil: there will be none
	bound   bool
	plans   []action
	stored  map[string]TokenID
	failed  bool // what is too long cannot be stored just now
	store   func(line string) (TokenID, error)
}

// minter makes the tokens of an answer to some.
func (b *Bot) minter(ctx context.Context, r Request, to Audience) *minter {
	m := &minter{request: r, signer: b.signing(ctx), bound: to == ToOne}
	m.store = func(line string) (TokenID, error) {
		if b.state == nil {
			return "", ErrUnavailable
		}
		return b.state.KeepToken(ctx, r.scope(), r.person(), []byte(line), tokenMemory)
	}
	return m
}

// token plans a token for an action; none where there is no key.
func (m *minter) token(a action) Token {
	if m.signer == nil {
		return ""
	}
	m.plans = append(m.plans, a)
	return Token(planSign + strconv.Itoa(len(m.plans)-1))
}

// mint returns the reply with tokens in place of plans, and leaves the one that it
// got as it was. What can be done neither by a button nor by a command is left out.
func (m *minter) mint(r Reply) Reply {
	f := filler{tokens: m.tokens(), made: make([]Button, 0, countButtons(r))}
	r.Buttons = f.fill(r.Buttons)
	r.Resources = slices.Clone(r.Resources)
	for i := range r.Resources {
		r.Resources[i].Buttons = f.fill(r.Resources[i].Buttons)
	}
	r.Menus = slices.Clone(r.Menus)
	for i := range r.Menus {
		r.Menus[i].Choices = f.fill(r.Menus[i].Choices)
	}
	return r
}

// countButtons is how many buttons a reply has, those of its resources and menus among them.
func countButtons(r Reply) int {
	n := len(r.Buttons)
	for i := range r.Resources {
		n += len(r.Resources[i].Buttons)
	}
	for i := range r.Menus {
		n += len(r.Menus[i].Choices)
	}
	return n
}

// filler puts tokens in place of plans.
type filler struct {
	tokens []Token  // of each plan
	made   []Button // of all that was filled so far, in one piece of memory
}

// fill returns the buttons of one place with their tokens, without those that can do nothing.
func (f *filler) fill(planned []Button) []Button {
	if planned == nil {
		return nil
	}
	from := len(f.made)
	for _, b := range planned {
		if plan, ok := strings.CutPrefix(string(b.Token), planSign); ok {
			i, _ := strconv.Atoi(plan) // written by token
			b.Token = f.tokens[i]
		}
		if b.Token != "" || b.Command != "" {
			f.made = append(f.made, b)
		}
	}
	return f.made[from:len(f.made):len(f.made)]
}

// tokens makes the tokens of all plans; an empty one where there is no room to keep what
// is too long.
func (m *minter) tokens() []Token {
	if len(m.plans) == 0 {
		return nil
	}
	d := m.signer.desk(m.request)
	defer d.leave()
	for _, a := range m.plans {
		d.seal(m.payload(d, a))
	}
	return d.tokens()
}

// payload is an action as its token carries it, until the desk's next one; one that is too
// long where it cannot be kept.
func (m *minter) payload(d *desk, a action) []byte {
	if m.bound {
		a.flags |= flagBound
	}
	d.payload = a.appendTo(d.payload[:0])
	if len(d.payload) <= maxPayload || a.op != opRun {
		return d.payload
	}
	if id, ok := m.keep(a.text); ok {
		a.text, a.flags = string(id), a.flags|flagStored
		d.payload = a.appendTo(d.payload[:0])
	}
	return d.payload
}

// keep puts a line where its id leads to it, once for all buttons of an answer.
func (m *minter) keep(line string) (TokenID, bool) {
	if id, ok := m.stored[line]; ok || m.failed {
		return id, ok
	}
	id, err := m.store(line)
	if err != nil {
		m.failed = true
		return "", false
	}
	if m.stored == nil {
		m.stored = make(map[string]TokenID)
	}
	m.stored[line] = id
	return id, true
}
