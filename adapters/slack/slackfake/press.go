package slackfake

import (
	"fmt"
	"slices"
)

// Surface is what a person acts on: a Message or a View that they see.
type Surface interface {
	place() place
}

type place struct{ channel, ts, view string }

func (m Message) place() place { return place{channel: m.Channel, ts: m.TS} }
func (v View) place() place    { return place{view: v.ID} }

// Action is what a person does to one element of a surface.
type Action struct {
	ID    string // the element's action_id
	Block string // its block_id; empty: the first block that has such an element
	Value string // a button's value, to tell apart buttons of one action_id; empty: any

	// Choose are the values of the options chosen, the ids of people and channels,
	// a date, a time, or what was typed.
	Choose []string
}

// Press presses a button, also one that leads to an address: the app is told of those
// too.
func (p Person) Press(on Surface, actionID string) Outcome {
	return p.Act(on, Action{ID: actionID})
}

// Select chooses in a menu, by the options' values. In a menu with external data one
// can choose only what it has offered to Suggest, or what it began with.
func (p Person) Select(on Surface, actionID string, values ...string) Outcome {
	return p.Act(on, Action{ID: actionID, Choose: values})
}

// seen is a surface as it is now, with the lock held.
type seen struct {
	blocks  []any
	message *Message
	view    *View
}

// look finds what a person acts on, if they see it.
func (p Person) look(on Surface) (seen, error) {
	at := on.place()
	if at.view != "" {
		v := p.s.views[at.view]
		if v == nil || v.Closed || v.User != p.id {
			return seen{}, fmt.Errorf("%s does not see the view %s", p.id, at.view)
		}
		if stack := p.s.stacks[p.id]; v.Type == "modal" && (len(stack) == 0 || stack[len(stack)-1] != v.ID) {
			return seen{}, fmt.Errorf("the view %s is not on top", at.view)
		}
		return seen{blocks: v.filled, view: v}, nil
	}
	m := p.s.message(at.channel, at.ts)
	if m == nil || m.Gone || m.Only != "" && m.Only != p.id {
		return seen{}, fmt.Errorf("%s does not see the message %s", p.id, at.ts)
	}
	return seen{blocks: m.filled, message: m}, nil
}

// find finds the element that an action is for.
func (v seen) find(a Action) (block, element map[string]any, err error) {
	for _, b := range v.blocks {
		block, _ := b.(map[string]any)
		if a.Block != "" && block["block_id"] != a.Block {
			continue
		}
		for _, e := range elementsOf(block) {
			if e["action_id"] == a.ID && (a.Value == "" || e["value"] == a.Value) {
				return block, e, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("nothing there has the action_id %q", a.ID)
}

// Act does something to an element: it is what Press and Select are made of.
func (p Person) Act(on Surface, a Action) Outcome {
	s := p.s
	s.mu.Lock()
	v, err := p.look(on)
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	block, e, err := v.find(a)
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	blockID, _ := block["block_id"].(string)
	state, err := s.choose(e, a.Choose, p.offerKey(on, a.ID))
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	v.note(blockID+" "+a.ID, state)
	if block["type"] == "input" && block["dispatch_action"] != true {
		s.touch()
		s.mu.Unlock()
		return Outcome{}
	}
	action := object{"action_id": a.ID, "block_id": blockID, "action_ts": s.ts()}
	for _, key := range []string{"text", "value", "style", "placeholder"} {
		if e[key] != nil {
			action[key] = e[key]
		}
	}
	for key, value := range state {
		action[key] = value
	}
	out := s.interactionParcel(p, v, "block_actions")
	out.payload["actions"] = []any{action}
	if v.message != nil {
		out.payload["response_url"] = s.newResponseURL(out, v.message)
	}
	s.mu.Unlock()
	return s.send(out)
}

// note keeps what a person put into an element of a view.
func (v seen) note(key string, state object) {
	if v.view == nil || len(state) <= 1 {
		return
	}
	if v.view.chosen == nil {
		v.view.chosen = map[string]any{}
	}
	v.view.chosen[key] = state
}

// interactionParcel begins the payload of an interaction with a surface.
func (s *Server) interactionParcel(p Person, v seen, kind string) *parcel {
	u := s.users[p.id]
	out := &parcel{kind: interaction, team: u.Team, user: u.ID, payload: s.about(u)}
	in := ""
	out.payload["type"] = kind
	if v.view != nil {
		in, out.view = v.view.ID, v.view.ID
		out.payload["view"] = s.wireView(v.view)
		out.payload["container"] = object{"type": "view", "view_id": v.view.ID}
	} else {
		m, c := v.message, s.channels[v.message.Channel]
		out.channel, out.thread = c.ID, m.ThreadTS
		out.payload["channel"] = object{"id": c.ID, "name": commandChannel(c)}
		container := object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.Only != ""}
		if m.ThreadTS != "" {
			container["thread_ts"] = m.ThreadTS
		}
		out.payload["container"] = container
		out.payload["state"] = object{"values": stateValues(m.filled, nil)}
		if m.Only == "" { // Slack does not keep ephemeral messages, so it cannot send them along
			out.payload["message"] = m.wire(true)
		}
	}
	out.id = s.newTrigger(u.Team, u.ID, in)
	out.payload["trigger_id"] = out.id
	return out
}

// choose is what an element then holds, in the keys of a state and an action.
func (s *Server) choose(e map[string]any, values []string, offers string) (object, error) {
	kind, _ := e["type"].(string)
	state := object{"type": kind}
	switch kind {
	case "button", "icon_button", "feedback_buttons":
		return state, nil
	case "overflow", "static_select", "radio_buttons", "multi_static_select", "checkboxes", "external_select", "multi_external_select":
		chosen, err := s.chosenOptions(e, values, offers)
		if err != nil {
			return nil, err
		}
		if k, ok := stateKeys[kind]; ok && k.key == "selected_options" {
			state[k.key] = chosen
		} else if len(chosen) > 0 {
			state["selected_option"] = chosen[0]
		} else {
			state["selected_option"] = nil
		}
		return state, nil
	}
	key := stateKeys[kind].key
	if key[len(key)-1] == 's' { // selected_users and the like
		state[key] = append([]string{}, values...)
	} else if len(values) > 0 {
		state[key] = values[0]
	} else {
		state[key] = nil
	}
	return state, nil
}

// chosenOptions finds options by their values among those an element has, or was given.
func (s *Server) chosenOptions(e map[string]any, values []string, offers string) ([]any, error) {
	options := append(optionsOf(e), s.offers[offers]...)
	if initial := e["initial_option"]; initial != nil {
		options = append(options, initial)
	}
	if initials, ok := e["initial_options"].([]any); ok {
		options = append(options, initials...)
	}
	out := []any{}
	for _, value := range values {
		i := slices.IndexFunc(options, func(v any) bool {
			o, _ := v.(map[string]any)
			return o["value"] == value
		})
		if i < 0 {
			return nil, fmt.Errorf("%v has no option of the value %q", e["action_id"], value)
		}
		out = append(out, options[i])
	}
	return out, nil
}

// offerKey names what one menu offered one person last.
func (p Person) offerKey(on Surface, actionID string) string {
	at := on.place()
	return p.id + " " + at.channel + at.ts + at.view + " " + actionID
}

// Suggest types into a menu with external data, and returns what it then offers in
// Outcome.Options. Slack asks from min_query_length characters on, 3 unless it is set.
func (p Person) Suggest(on Surface, actionID, typed string) Outcome {
	s := p.s
	s.mu.Lock()
	v, err := p.look(on)
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	block, e, err := v.find(Action{ID: actionID})
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	least := 3.0
	if n, ok := amount(e["min_query_length"]); ok {
		least = n
	}
	if kind := e["type"]; kind != "external_select" && kind != "multi_external_select" || float64(len([]rune(typed))) < least {
		s.mu.Unlock()
		return notSent("a %v does not ask the app for %q", kind, typed)
	}
	out := s.interactionParcel(p, v, "block_suggestion")
	delete(out.payload, "trigger_id") // it has none
	delete(out.payload, "state")
	out.kind, out.answers = suggestion, true
	out.payload["action_id"], out.payload["block_id"], out.payload["value"] = actionID, block["block_id"], typed
	s.mu.Unlock()
	outcome := s.send(out)
	s.mu.Lock()
	defer s.mu.Unlock()
	offered := []any{}
	for _, o := range outcome.Options {
		offered = append(offered, map[string]any{"text": object{"type": plainType, "text": o.Text, "emoji": true}, "value": o.Value})
	}
	s.offers[p.offerKey(on, actionID)] = offered
	return outcome
}
