package discordfake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// By is who does something, and where.
type By struct {
	User    string `json:"user"`
	Guild   string `json:"guild"`   // empty for direct messages
	Channel string `json:"channel"` // empty for direct messages with the bot
	Locale  string `json:"locale"`
	// Permissions are those beyond everybody's.
	Permissions int64 `json:"permissions"`
	// Installed says that the user has the app, and the place has not.
	Installed bool `json:"installed"`
}

// settle fills in what a By leaves out. The lock is held.
func (s *Server) settle(by By) (By, error) {
	if s.users[by.User] == nil {
		return by, fmt.Errorf("nobody has the id %q", by.User)
	}
	if by.Channel == "" {
		by.Guild, by.Channel = "", s.direct(by.User)
	}
	return by, nil
}

// Command types a slash command: the command's name with its subcommand, or "GROUP
// SUBCOMMAND", and options by name. It refuses what Discord's client would not let somebody send. A user is
// given by id.
func (s *Server) Command(by By, name, sub string, options map[string]any) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return nil, err
	}
	data, err := s.commandData(by, name, sub, options, "")
	if err != nil {
		return nil, err
	}
	return s.interact(kindCommand, by, data, nil), nil
}

// Autocomplete types into an option of a slash command and returns what is offered.
func (s *Server) Autocomplete(ctx context.Context, by By, name, sub string, options map[string]any, focused string) ([]Choice, error) {
	s.mu.Lock()
	by, err := s.settle(by)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	data, err := s.commandData(by, name, sub, options, focused)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	i := s.interact(kindComplete, by, data, nil)
	s.mu.Unlock()
	_, answer, err := i.Answer(ctx)
	var out []Choice
	for _, c := range objects(answer["choices"]) {
		out = append(out, Choice{Name: text(c["name"]), Value: text(c["value"])})
	}
	return out, err
}

// commandData is the data of a slash command. The lock is held.
func (s *Server) commandData(by By, name, sub string, options map[string]any, focused string) (map[string]any, error) {
	c, ok := s.find(by.Guild, commandChat, name)
	if !ok {
		return nil, fmt.Errorf("no command /%s is registered", name)
	}
	declared, group := objects(c["options"]), ""
	if before, after, grouped := strings.Cut(sub, " "); grouped {
		i := slices.IndexFunc(declared, func(o map[string]any) bool {
			return text(o["name"]) == before && number(o["type"]) == optionGroup
		})
		if i < 0 {
			return nil, fmt.Errorf("/%s has no group %s", name, before)
		}
		declared, group, sub = objects(declared[i]["options"]), before, after
	}
	at := slices.IndexFunc(declared, func(o map[string]any) bool {
		return text(o["name"]) == sub && number(o["type"]) == optionSubcommand
	})
	if at < 0 {
		return nil, fmt.Errorf("/%s %s has no subcommand %s", name, group, sub)
	}
	resolved := map[string]any{}
	given, err := s.optionData(objects(declared[at]["options"]), options, focused, resolved)
	if err != nil {
		return nil, fmt.Errorf("/%s %s: %w", name, sub, err)
	}
	typed := map[string]any{"name": sub, "type": optionSubcommand, "options": given}
	if group != "" {
		typed = map[string]any{"name": group, "type": optionGroup, "options": []any{typed}}
	}
	data := map[string]any{"id": c["id"], "name": name, "type": commandChat, "options": []any{typed}}
	if len(resolved) > 0 {
		data["resolved"] = map[string]any{"users": resolved}
	}
	return data, nil
}

// optionData turns options into what Discord sends of them.
func (s *Server) optionData(declared []map[string]any, options map[string]any, focused string, resolved map[string]any) ([]any, error) {
	given := []any{}
	left := maps.Clone(options)
	for _, o := range declared {
		name := text(o["name"])
		v, ok := left[name]
		delete(left, name)
		if !ok {
			if required, _ := o["required"].(bool); required && focused == "" {
				return nil, fmt.Errorf("the option %s is required", name)
			}
			continue
		}
		if err := s.allowed(o, v, focused == name); err != nil {
			return nil, fmt.Errorf("the option %s: %w", name, err)
		}
		out := map[string]any{"name": name, "type": number(o["type"]), "value": v}
		if focused == name {
			out["focused"] = true
		}
		if number(o["type"]) == optionUser {
			resolved[fmt.Sprint(v)] = userObject(s.users[fmt.Sprint(v)])
		}
		given = append(given, out)
	}
	for name := range left {
		return nil, fmt.Errorf("there is no option %s", name)
	}
	return given, nil
}

// allowed says why Discord's client would not take a value.
func (s *Server) allowed(o map[string]any, v any, focused bool) error {
	switch number(o["type"]) {
	case optionString:
		value, ok := v.(string)
		if !ok {
			return errors.New("is a text")
		}
		if most := number(o["max_length"]); most > 0 && utf8.RuneCountInString(value) > most {
			return fmt.Errorf("is up to %d in length", most)
		}
		choices := objects(o["choices"])
		if len(choices) > 0 && !slices.ContainsFunc(choices, func(c map[string]any) bool { return c["value"] == value }) {
			return fmt.Errorf("%q is no choice", value)
		}
		if complete, _ := o["autocomplete"].(bool); focused && !complete {
			return errors.New("completes nothing")
		}
	case optionInteger:
		n, ok := v.(int)
		if least, bound := o["min_value"].(float64); !ok || bound && n < int(least) {
			return errors.New("is a number, and not as small")
		}
	case optionBoolean:
		if _, ok := v.(bool); !ok {
			return errors.New("is a switch")
		}
	case optionUser:
		if s.users[fmt.Sprint(v)] == nil {
			return errors.New("is somebody")
		}
	}
	return nil
}

// seen finds a message that somebody sees.
func (s *Server) seen(by By, id string) (*Message, error) {
	m := s.messages[id]
	if m == nil || m.ShownTo != "" && m.ShownTo != by.User {
		return nil, fmt.Errorf("%s sees no message %s", by.User, id)
	}
	return m, nil
}

// Press presses the button with a label in a message; of several with that label, the
// first.
func (s *Server) Press(by By, message, label string) (*Interaction, error) {
	return s.press(by, message, fmt.Sprintf("%q", label), func(b Button) bool { return b.Label == label })
}

// PressID presses the button with a custom id in a message.
func (s *Server) PressID(by By, message, id string) (*Interaction, error) {
	return s.press(by, message, fmt.Sprintf("with the id %q", id), func(b Button) bool { return b.ID == id })
}

// press presses the first button that is meant, and has a custom id.
func (s *Server) press(by By, message, called string, meant func(Button) bool) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return nil, err
	}
	m, err := s.seen(by, message)
	if err != nil {
		return nil, err
	}
	for _, b := range m.Buttons() {
		if b.ID != "" && meant(b) {
			return s.component(by, m, map[string]any{"custom_id": b.ID, "component_type": typeButton, "id": b.Number}), nil
		}
	}
	return nil, fmt.Errorf("the message has no button %s, but %+v", called, m.Buttons())
}

// component has somebody use a component. The lock is held.
func (s *Server) component(by By, m *Message, data map[string]any) *Interaction {
	by.Channel = m.Channel
	return s.interact(kindComponent, by, data, m)
}

// Select chooses from a message's menus the choice of that name.
func (s *Server) Select(by By, message, name string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return nil, err
	}
	m, err := s.seen(by, message)
	if err != nil {
		return nil, err
	}
	for _, menu := range m.Menus() {
		for _, c := range menu.Choices {
			if c.Name == name {
				return s.component(by, m, map[string]any{
					"custom_id": menu.ID, "component_type": typeSelect, "values": []any{c.Value}, "id": 1,
				}), nil
			}
		}
	}
	return nil, fmt.Errorf("the message has no choice %q, but %+v", name, m.Menus())
}

// SubmitModal fills in a modal that an interaction has opened, by the custom ids of its
// fields, and sends it off.
func (s *Server) SubmitModal(i *Interaction, values map[string]string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.answer != answerModal {
		return nil, errors.New("it has opened no modal")
	}
	left := maps.Clone(values)
	var rows []any
	for _, r := range objects(i.data["components"]) {
		input, ok := r["component"].(map[string]any)
		if !ok && len(objects(r["components"])) == 1 {
			input, ok = objects(r["components"])[0], true
		}
		if !ok {
			continue
		}
		filled, err := fill(input, left)
		if err != nil {
			return nil, err
		}
		row := map[string]any{"type": number(r["type"]), "id": 1}
		if number(r["type"]) == typeLabel {
			row["component"] = filled
		} else {
			row["components"] = []any{filled}
		}
		rows = append(rows, row)
	}
	for name := range left {
		return nil, fmt.Errorf("the modal has no field %s", name)
	}
	data := map[string]any{"custom_id": i.data["custom_id"], "components": rows}
	return s.interact(kindModal, i.by, data, i.of), nil
}

// fill is a field of a modal as it is sent off.
func fill(input map[string]any, values map[string]string) (map[string]any, error) {
	id := text(input["custom_id"])
	value, given := values[id]
	delete(values, id)
	if !given {
		value = text(input["value"])
	}
	required := input["required"] != false
	most := orElse(number(input["max_length"]), maxInputText)
	if n := utf8.RuneCountInString(value); required && n == 0 || n < number(input["min_length"]) && n > 0 || n > most {
		return nil, fmt.Errorf("the field %s does not take %d characters", id, n)
	}
	out := map[string]any{"type": number(input["type"]), "custom_id": id, "id": 2}
	if number(input["type"]) == typeSelect {
		out["values"] = []any{}
		if value != "" {
			out["values"] = []any{value}
		}
		return out, nil
	}
	out["value"] = value
	return out, nil
}

// MessageMenu uses a command of a message's menu.
func (s *Server) MessageMenu(by By, name, message string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return nil, err
	}
	c, ok := s.find(by.Guild, commandMessage, name)
	if !ok {
		return nil, fmt.Errorf("no command %q is registered for messages", name)
	}
	m, err := s.seen(by, message)
	if err != nil {
		return nil, err
	}
	return s.interact(kindCommand, by, map[string]any{
		"id": c["id"], "name": name, "type": commandMessage, "target_id": message,
		"resolved": map[string]any{"messages": map[string]any{message: s.messageObject(m)}},
	}, nil), nil
}

// UserMenu uses a command of a user's menu.
func (s *Server) UserMenu(by By, name, user string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return nil, err
	}
	c, ok := s.find(by.Guild, commandUser, name)
	if !ok {
		return nil, fmt.Errorf("no command %q is registered for users", name)
	}
	if s.users[user] == nil {
		return nil, fmt.Errorf("nobody has the id %q", user)
	}
	return s.interact(kindCommand, by, map[string]any{
		"id": c["id"], "name": name, "type": commandUser, "target_id": user,
		"resolved": map[string]any{"users": map[string]any{user: userObject(s.users[user])}},
	}, nil), nil
}

// DirectMessage writes to the bot alone.
func (s *Server) DirectMessage(user, content string) (Message, error) {
	return s.Say(By{User: user}, content)
}

// Mention writes in a channel, with a mention of the bot before the text.
func (s *Server) Mention(by By, content string) (Message, error) {
	return s.Say(by, "<@"+s.app+"> "+content)
}

// Say writes a message as it stands. What the bot gets of it is what Discord lets it
// see: no content without a mention, outside of direct messages.
func (s *Server) Say(by By, content string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, err := s.settle(by)
	if err != nil {
		return Message{}, err
	}
	if n := utf8.RuneCountInString(content); n == 0 || n > maxContent {
		return Message{}, fmt.Errorf("a message has up to %d characters, and this %d", maxContent, n)
	}
	c := s.channels[by.Channel]
	if c == nil {
		return Message{}, fmt.Errorf("there is no channel %s", by.Channel)
	}
	m := s.addMessage(by.Channel, by.User, map[string]any{"content": content}, 0)
	s.announce(m)
	return *m, nil
}

// Redeliver delivers a message's event once more, as happens now and then.
func (s *Server) Redeliver(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[message]; m != nil {
		s.announce(m)
	}
}

// Shard is the shard that gets a guild's events.
func Shard(guild string, shards int) int {
	id, err := strconv.ParseUint(guild, 10, 64)
	if err != nil {
		return 0 // direct messages
	}
	return int((id >> 22) % uint64(shards))
}
