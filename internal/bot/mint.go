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
	r.Buttons = m.buttons(r.Buttons)
	r.Resources = slices.Clone(r.Resources)
	for i := range r.Resources {
		r.Resources[i].Buttons = m.buttons(r.Resources[i].Buttons)
	}
	r.Menus = slices.Clone(r.Menus)
	for i := range r.Menus {
		r.Menus[i].Choices = m.buttons(r.Menus[i].Choices)
	}
	return r
}

func (m *minter) buttons(planned []Button) []Button {
	if planned == nil {
		return nil
	}
	made := make([]Button, 0, len(planned))
	for _, b := range planned {
		if plan, ok := strings.CutPrefix(string(b.Token), planSign); ok {
			i, _ := strconv.Atoi(plan) // written by token
			b.Token = m.seal(m.plans[i])
		}
		if b.Token != "" || b.Command != "" {
			made = append(made, b)
		}
	}
	return made
}

// seal makes the token of an action; none where there is no room to keep what is too
// long.
func (m *minter) seal(a action) Token {
	if m.bound {
		a.flags |= flagBound
	}
	payload := a.encode()
	if len(payload) > maxPayload && a.op == opRun {
		id, ok := m.keep(a.text)
		if !ok {
			return ""
		}
		a.text, a.flags = string(id), a.flags|flagStored
		payload = a.encode()
	}
	t, err := m.signer.seal(payload, m.request)
	if err != nil {
		return ""
	}
	return t
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
