package load

import (
	"encoding/json"
	"fmt"
	"strings"

	"archbot/adapters/discord"
)

// The types of Discord's interactions, and of the answers to them:
// https://discord.com/developers/docs/interactions/receiving-and-responding.
const (
	discordCommandType  = 2
	discordPressType    = 3
	discordCompleteType = 4
	discordMessageType  = 4
	discordUpdateType   = 7
	discordChoicesType  = 8
)

// discordAnswer is as much of an answer as is looked at.
type discordAnswer struct {
	Type int             `json:"type"`
	Data json.RawMessage `json:"data"`
}

// discordPost delivers an interaction, whose answer is the response.
func (w *worker) discordPost(kind int, b button, data object, more object) (discordAnswer, error) {
	n := w.next()
	interaction := object{
		"id": interactionID(n), "application_id": discordApp, "type": kind, "token": fmt.Sprint("load-", n), "version": 1, "locale": "en-US", "context": 0,
		"guild_id": guild(b.space), "channel_id": guildChannel(b.space, b.channel), "data": data,
		"member": object{"permissions": "0", "roles": []string{}, "user": object{"id": discordUser(b.space, b.user), "username": "ann", "global_name": "Ann"}},
	}
	for name, value := range more {
		interaction[name] = value
	}
	body, err := json.Marshal(interaction)
	if err != nil {
		return discordAnswer{}, err
	}
	status, text, err := w.wire.post(discord.PathInteractions, jsonBody, discordSigned(w.key, body), body)
	if err != nil {
		return discordAnswer{}, err
	}
	var answer discordAnswer
	if err := json.Unmarshal(text, &answer); err != nil || status != 200 {
		return answer, fmt.Errorf("status %d: %.200s", status, text)
	}
	return answer, nil
}

// anybody is somebody somewhere.
func (w *worker) anybody() button {
	return button{space: w.random.IntN(w.Spaces), user: w.random.IntN(usersEach), channel: w.random.IntN(channelsEach)}
}

// searched are what people search for on Discord.
var searched = []question{
	{"circuit breaking", "Circuit breaking"}, {"load balancing", "Load balancing"}, {"kubernets scaling", "Scaling patterns"},
	{"crypto wallets", "Cryptocurrency Wallets"}, {"sourdough bread", "nothing"},
}

func slash(option object) object {
	return object{"id": "1", "name": "arch", "type": 1, "options": []object{{"name": "search", "type": 1, "options": []object{option}}}}
}

// discordCommand runs a slash command.
func (w *worker) discordCommand() error {
	q, who := one(w, searched), w.anybody()
	answer, err := w.discordPost(discordCommandType, who, slash(object{"name": "query", "type": 3, "value": q.text}), nil)
	if err != nil {
		return err
	}
	if answer.Type != discordMessageType {
		return fmt.Errorf("a command is answered with type %d", answer.Type)
	}
	if w.discordButton == nil || w.random.IntN(4) == 0 { // to look for one takes longer than to answer
		w.discordButton = buttonIn(answer.Data, who)
	}
	return q.says(string(answer.Data))
}

// discordComplete is asked for completions while somebody types.
func (w *worker) discordComplete() error {
	q := one(w, begun)
	answer, err := w.discordPost(discordCompleteType, w.anybody(), slash(object{"name": "query", "type": 3, "value": q.text, "focused": true}), nil)
	if err == nil && answer.Type != discordChoicesType {
		err = fmt.Errorf("completions are of type %d", answer.Type)
	}
	if err != nil {
		return err
	}
	return q.says(string(answer.Data))
}

// discordPress presses a button of an answer.
func (w *worker) discordPress() error {
	b := *w.discordButton
	var number int
	if _, err := fmt.Sscan(b.value, &number); err != nil {
		return err
	}
	answer, err := w.discordPost(discordPressType, b, object{"custom_id": b.id, "component_type": 2, "id": number},
		object{"message": object{"id": discordMessage(w.next()), "flags": 64}})
	if err != nil {
		return err
	}
	if answer.Type != discordUpdateType || !strings.Contains(string(answer.Data), `"components":[`) {
		return fmt.Errorf("a button is answered with type %d: %.300s", answer.Type, answer.Data)
	}
	return nil
}

// buttonIn finds a button of an answer that asks for more of it; nil where there is none.
func buttonIn(data json.RawMessage, who button) *button {
	type component struct {
		Type       int               `json:"type"`
		Number     int               `json:"id"`
		ID         string            `json:"custom_id"`
		Components []json.RawMessage `json:"components"`
	}
	var c component
	if json.Unmarshal(data, &c) != nil {
		return nil
	}
	const buttonType, nextOrOnly = 2, 3 // its hundreds say what it does
	if c.Type == buttonType && c.ID != "" && c.Number >= 100 && c.Number/100 < nextOrOnly {
		who.id, who.value = c.ID, fmt.Sprint(c.Number)
		return &who
	}
	for _, inner := range c.Components {
		if b := buttonIn(inner, who); b != nil {
			return b
		}
	}
	return nil
}
