package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The views methods (https://docs.slack.dev/reference/methods?family=views).

// trigger lets an app show one modal to whoever did something.
type trigger struct {
	id, team, user string
	born           time.Time
	used           bool
	in             string // the modal it came from, if any
}

// newTrigger makes one; the lock must be held.
func (s *Server) newTrigger(team, user, view string) string {
	t := &trigger{id: fmt.Sprintf("%d.%s", s.lastNumber+100_000, secret("9.", 24)), team: team, user: user, born: s.Now(), in: view}
	s.lastNumber++
	s.triggers[t.id] = t
	return t.id
}

// exchange uses the trigger of a call up.
func (s *Server) exchange(c *call) (*trigger, *apiError) {
	t := s.triggers[c.str("trigger_id")]
	switch {
	case !c.has("trigger_id"):
		return nil, missing("trigger_id")
	case t == nil || t.team != c.team.ID:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case s.Now().Sub(t.born) > triggerLife:
		return nil, fail("expired_trigger_id")
	}
	return t, nil
}

// readView reads and checks the view of a call.
func (s *Server) readView(c *call, kind string) (*View, *apiError) {
	v, _, err := c.value("view")
	if err != nil {
		return nil, refuse("invalid_arguments", []string{"failed to parse JSON [json-pointer:/view]"})
	}
	view, problems := newView(v, kind)
	if problems != nil {
		return nil, refuse("invalid_arguments", problems)
	}
	if len(compact(v)) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	view.Team = c.team.ID
	return view, nil
}

// ViewProblems says what Slack would refuse in a view of a kind, "modal" or "home",
// which is a JSON object; nothing for what it would accept.
func ViewProblems(kind string, view []byte) []string {
	v, err := decode(view)
	if err != nil {
		return []string{"invalid JSON: " + err.Error()}
	}
	_, problems := newView(v, kind)
	return problems
}

// newView checks what an app sent as a view of a kind.
func newView(v any, kind string) (view *View, problems []string) {
	where, title := inModal, must(plain(maxViewTitle))
	if kind == "home" {
		where, title = inHome, may(plain(maxViewTitle))
	}
	c := newChecker(where)
	o := c.object("/view", v, fields{
		"type": must(oneOf(kind)), "title": title,
		"blocks": must(func(c *checker, at string, v any) { c.blockList(at, v, maxViewBlocks) }),
		"close":  may(plain(maxViewButton)), "submit": may(plain(maxViewButton)),
		"private_metadata": may(str(0, maxPrivate)), "callback_id": may(str(0, maxCallbackID)),
		"external_id": may(str(0, maxExternalID)), "clear_on_close": may(boolean), "notify_on_close": may(boolean),
		"submit_disabled": may(boolean),
	})
	if kind == "modal" && o["submit"] == nil {
		for _, at := range c.inputs {
			c.fail(at+"/input", "must define `submit` to use an `input` block in modals")
		}
	}
	if c.problems != nil {
		return nil, append([]string{"failed to match all allowed schemas [json-pointer:/view]"}, c.problems...)
	}
	word := func(key string) string { s, _ := o[key].(string); return s }
	label, _ := o["title"].(map[string]any)
	view = &View{
		Type: kind, CallbackID: word("callback_id"), ExternalID: word("external_id"), Private: word("private_metadata"),
		Blocks: compact(o["blocks"]), sent: o, Mentions: c.mentions.real, MayMention: c.mentions.perhaps,
	}
	view.Title, _ = label["text"].(string)
	return view, nil
}

// keep gives a view its place; the lock must be held.
func (s *Server) keep(v *View) *apiError {
	if v.ExternalID != "" {
		if other := s.external[v.Team+" "+v.ExternalID]; other != "" && other != v.ID && !s.views[other].Closed {
			return fail("duplicate_external_id")
		}
	}
	if v.ID == "" {
		v.ID = s.id("V")
		v.Root = v.ID
	}
	again, err := decode(v.Blocks)
	if err != nil {
		panic("slackfake: " + err.Error())
	}
	v.filled, _ = again.([]any)
	s.fill(v.filled)
	v.Hash = fmt.Sprintf("%d.%s", s.Now().Unix(), secret("", 8))
	s.views[v.ID] = v
	if v.ExternalID != "" {
		s.external[v.Team+" "+v.ExternalID] = v.ID
	}
	return nil
}

func openView(s *Server, c *call) (object, *apiError) {
	t, refused := s.exchange(c)
	if refused != nil {
		return nil, refused
	}
	v, refused := s.readView(c, "modal")
	if refused != nil {
		return nil, refused
	}
	v.User, v.Trigger = t.user, t.id
	if refused := s.keep(v); refused != nil {
		return nil, refused
	}
	t.used = true
	s.closeModals(t.user)
	s.stacks[t.user] = []string{v.ID}
	return object{"view": s.wireView(v)}, nil
}

func pushView(s *Server, c *call) (object, *apiError) {
	t, refused := s.exchange(c)
	if refused != nil {
		return nil, refused
	}
	v, refused := s.readView(c, "modal")
	if refused != nil {
		return nil, refused
	}
	if !slices.Contains(s.stacks[t.user], t.in) {
		return nil, fail("not_found")
	}
	v.Trigger = t.id
	if refused := s.push(v, t.user); refused != nil {
		return nil, refused
	}
	t.used = true
	return object{"view": s.wireView(v)}, nil
}

// push puts a modal on the ones that are open.
func (s *Server) push(v *View, user string) *apiError {
	stack := s.stacks[user]
	if len(stack) >= maxStack {
		return fail("push_limit_reached")
	}
	v.User = user
	if refused := s.keep(v); refused != nil {
		return refused
	}
	v.Root, v.Previous = stack[0], stack[len(stack)-1]
	s.stacks[user] = append(stack, v.ID)
	return nil
}

func updateView(s *Server, c *call) (object, *apiError) {
	id := c.str("view_id")
	if id == "" {
		id = s.external[c.team.ID+" "+c.str("external_id")]
	}
	old := s.views[id]
	switch {
	case !c.has("view_id") && !c.has("external_id"):
		return nil, missing("view_id")
	case old == nil || old.Team != c.team.ID || old.Closed:
		return nil, fail("not_found")
	}
	v, refused := s.readView(c, old.Type)
	if refused != nil {
		return nil, refused
	}
	if c.has("hash") && c.str("hash") != old.Hash {
		return nil, fail("hash_conflict")
	}
	if refused := s.replace(old, v); refused != nil {
		return nil, refused
	}
	return object{"view": s.wireView(v)}, nil
}

// replace puts a view in the place of another one. What the person put in stays in
// the inputs whose block_id and action_id are still there.
func (s *Server) replace(old, v *View) *apiError {
	v.ID, v.User, v.Root, v.Previous, v.Trigger = old.ID, old.User, old.Root, old.Previous, old.Trigger
	v.Updates, v.chosen = old.Updates+1, old.chosen
	return s.keep(v)
}

func publishView(s *Server, c *call) (object, *apiError) {
	user := s.users[c.str("user_id")]
	switch {
	case s.opts.NoHome:
		return nil, fail("not_enabled")
	case user == nil || user.Team != c.team.ID:
		return nil, fail("invalid_arguments", "invalid `user_id`")
	}
	v, refused := s.readView(c, "home")
	if refused != nil {
		return nil, refused
	}
	v.User = user.ID
	old := s.views[s.homes[user.ID]]
	if c.has("hash") && (old == nil || c.str("hash") != old.Hash) {
		return nil, fail("hash_conflict")
	}
	if old != nil {
		refused = s.replace(old, v)
	} else {
		refused = s.keep(v)
	}
	if refused != nil {
		return nil, refused
	}
	s.homes[user.ID] = v.ID
	return object{"view": s.wireView(v)}, nil
}

// closeModals closes all that somebody has open.
func (s *Server) closeModals(user string) {
	for _, id := range s.stacks[user] {
		s.views[id].Closed = true
	}
	delete(s.stacks, user)
}

// closeTop closes the topmost modal.
func (s *Server) closeTop(user string) {
	if stack := s.stacks[user]; len(stack) > 0 {
		s.views[stack[len(stack)-1]].Closed = true
		s.stacks[user] = stack[:len(stack)-1]
	}
}

// stateValues is what inputs and menus hold now: what was chosen, else what they
// begin with.
func stateValues(blocks []any, chosen map[string]any) object {
	out := object{}
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		values := object{}
		for _, e := range elementsOf(block) {
			kind, _ := e["type"].(string)
			if kind == "button" || kind == "overflow" || kind == "image" || e["action_id"] == nil {
				continue
			}
			blockID, _ := block["block_id"].(string)
			actionID, _ := e["action_id"].(string)
			if v, ok := chosen[blockID+" "+actionID]; ok {
				values[actionID] = v
			} else if v := initialState(kind, e); v != nil {
				values[actionID] = v
			}
		}
		if len(values) > 0 {
			id, _ := block["block_id"].(string)
			out[id] = values
		}
	}
	return out
}

// stateKeys say where in its state an element of a kind holds its value, and which of
// its fields that begins as.
var stateKeys = map[string]struct{ key, initial string }{
	"plain_text_input": {"value", "initial_value"}, "email_text_input": {"value", "initial_value"},
	"url_text_input": {"value", "initial_value"}, "number_input": {"value", "initial_value"},
	"rich_text_input": {"rich_text_value", "initial_value"},
	"static_select":   {"selected_option", "initial_option"}, "external_select": {"selected_option", "initial_option"},
	"radio_buttons": {"selected_option", "initial_option"}, "checkboxes": {"selected_options", "initial_options"},
	"multi_static_select": {"selected_options", "initial_options"}, "multi_external_select": {"selected_options", "initial_options"},
	"users_select": {"selected_user", "initial_user"}, "multi_users_select": {"selected_users", "initial_users"},
	"channels_select": {"selected_channel", "initial_channel"}, "multi_channels_select": {"selected_channels", "initial_channels"},
	"conversations_select":       {"selected_conversation", "initial_conversation"},
	"multi_conversations_select": {"selected_conversations", "initial_conversations"},
	"datepicker":                 {"selected_date", "initial_date"}, "timepicker": {"selected_time", "initial_time"},
	"datetimepicker": {"selected_date_time", "initial_date_time"}, "file_input": {"files", ""},
}

func initialState(kind string, e map[string]any) object {
	k, ok := stateKeys[kind]
	if !ok {
		return nil
	}
	value := e[k.initial]
	if value == nil && (k.key == "selected_options" || k.key == "selected_users" || k.key == "selected_channels" || k.key == "selected_conversations") {
		value = json.RawMessage("[]")
	}
	return object{"type": kind, k.key: value}
}
