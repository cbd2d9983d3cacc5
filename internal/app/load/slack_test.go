package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"archbot/adapters/slack"
)

// Where Slack posts.
const (
	commands      = slack.PathCommands
	interactivity = slack.PathInteractivity
	events        = slack.PathEvents
)

// question is something that people ask, with what its answer has to say.
type question struct{ text, want string }

// typed are commands as people type them, asked what they write to the bot.
var (
	typed = []question{
		{"circuit breaking", "Circuit breaking"}, {"search load balancing kind:article", "Load balancing"},
		{"how do I stop calls to a failing service?", "Circuit breaking"}, {"kubernets scaling", "Scaling patterns"},
		{"topic cdn architecture", "CDN architecture"}, {"search crypto wallets", "Cryptocurrency Wallets"},
		{"search sourdough bread", "nothing"}, {"search event sourcing kind:article", "article"}, {"topics", "Blockchain Architecture"}, {"help", "unsave"},
	}
	asked = []question{
		{"how do I stop calls to a failing service?", "Circuit breaking"}, {"what do you have on crypto wallets?", "Cryptocurrency Wallets"},
		{"how does a cdn work?", "CDN"}, {"anything on load balancing for beginners?", "oad balancing"}, {"where do I start with kubernetes?", "ubernetes"},
	}
	begun = []question{{"circ", "Circuit breaking"}, {"load b", "Load balancing"}, {"cdn", "CDN"}, {"scal", "Scaling patterns"}}
)

// button is something to press in an answer.
type button struct {
	space, user, channel int
	id, value            string
	pressed              int // so often
}

// The kinds that press what another one has shown.
const (
	slackButton   = "slack button"
	discordButton = "discord button"
)

// kinds are the deliveries that there are.
var kinds = map[string]func(*worker) error{
	"slack command": (*worker).slackCommand, "slack menu": (*worker).slackMenu, slackButton: (*worker).slackPress,
	"slack mention": (*worker).slackMention, "slack direct": (*worker).slackDirect,
	"discord command": (*worker).discordCommand, "discord complete": (*worker).discordComplete, discordButton: (*worker).discordPress,
}

// says fails unless an answer says what it has to.
func (q question) says(answer string) error {
	if !strings.Contains(answer, q.want) {
		return fmt.Errorf("%q is answered without %q: %.300s", q.text, q.want, answer)
	}
	return nil
}

// one is some of them.
func one(w *worker, all []question) question { return all[w.random.IntN(len(all))] }

// slackPost posts what Slack has signed; any status but 200 is an error.
func (w *worker) slackPost(path, kind, body string) (string, error) {
	status, answer, err := w.wire.post(path, kind, slackSigned(w.Secret, []byte(body)), []byte(body))
	if err == nil && status != 200 {
		err = fmt.Errorf("status %d: %.200s", status, answer)
	}
	return string(answer), err
}

// slackCommand types a slash command, as anybody in any workspace
// (https://docs.slack.dev/interactivity/implementing-slash-commands).
func (w *worker) slackCommand() error {
	q := one(w, typed)
	space, of, in, key := w.random.IntN(w.Spaces), w.random.IntN(usersEach), w.random.IntN(channelsEach), fmt.Sprint("r", w.next())
	later := w.expect(key)
	defer w.unexpected(key)
	answer, err := w.slackPost(commands, formBody, url.Values{
		"token": {"verification"}, "team_id": {team(space)}, "team_domain": {"load"}, "channel_id": {channel(space, in)}, "channel_name": {"general"},
		"user_id": {user(space, of)}, "user_name": {"ann"}, "command": {"/arch"}, "text": {q.text}, "api_app_id": {"A1"}, "is_enterprise_install": {"false"},
		"response_url": {w.address + "/response/" + key}, "trigger_id": {key + ".1.1"},
	}.Encode())
	if err == nil && answer == "" { // it comes later
		answer, err = w.await(key, later)
	}
	switch {
	case err != nil:
		return err
	case w.turn.Fixed != "" && answer != w.turn.Fixed:
		return fmt.Errorf("the fixed answer is %.200s", answer)
	case w.turn.Fixed != "":
		return nil
	}
	if found := pressable.FindStringSubmatch(answer); found != nil {
		w.slackButton = &button{space: space, user: of, channel: in, id: found[1], value: found[2]}
	}
	return q.says(answer)
}

// pressable matches a button of a Slack answer that asks for more of it.
var pressable = regexp.MustCompile(`"action_id":"(archbot/(?:next|only)[^"]*)"[^{}]*"value":"([^"]+)"`)

// slackPress presses a button of the last answer
// (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload).
func (w *worker) slackPress() error {
	b, key := w.slackButton, fmt.Sprint("r", w.next())
	later := w.expect(key)
	err := w.slackInteract(object{
		"type": "block_actions", "team": object{"id": team(b.space), "domain": "load"}, "user": object{"id": user(b.space, b.user), "team_id": team(b.space)},
		"channel": object{"id": channel(b.space, b.channel), "name": "general"}, "api_app_id": "A1", "trigger_id": key + ".1.1",
		"container":    object{"type": "message", "message_ts": "1700000000.000100", "channel_id": channel(b.space, b.channel), "is_ephemeral": true},
		"response_url": w.address + "/response/" + key,
		"actions":      []object{{"type": "button", "block_id": "b", "action_id": b.id, "value": b.value, "action_ts": "1700000000.1"}},
	}, func(string) error { return nil })
	if err != nil {
		w.unexpected(key)
		return err
	}
	answer, err := w.await(key, later)
	if err == nil && (!strings.Contains(answer, `"replace_original":true`) || !strings.Contains(answer, `"blocks":[`)) {
		err = fmt.Errorf("a button is answered with %.300s", answer)
	}
	return err
}

func (w *worker) slackInteract(payload object, right func(answer string) error) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	answer, err := w.slackPost(interactivity, formBody, url.Values{"payload": {string(text)}}.Encode())
	if err != nil {
		return err
	}
	return right(answer)
}

// slackMenu types into a menu that finds topics
// (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload).
func (w *worker) slackMenu() error {
	q, space, of := one(w, begun), w.random.IntN(w.Spaces), w.random.IntN(usersEach)
	return w.slackInteract(object{
		"type": "block_suggestion", "action_id": "archbot/pick/1", "block_id": "b", "value": q.text, "api_app_id": "A1",
		"team": object{"id": team(space), "domain": "load"}, "user": object{"id": user(space, of), "team_id": team(space)},
		"channel":   object{"id": channel(space, 0), "name": "general"},
		"container": object{"type": "message", "message_ts": "1700000000.000100", "channel_id": channel(space, 0)},
	}, q.says)
}

// slackMention asks in a channel (https://docs.slack.dev/reference/events/app_mention).
// All channels take their turns: to one of them, Slack takes a post a second.
func (w *worker) slackMention() error {
	q, n := one(w, asked), int(w.mentions.Add(1))
	space, in := n%w.Spaces, n/w.Spaces%channelsEach
	return w.slackEvent(q, space, object{
		"type": "app_mention", "channel": channel(space, in), "user": user(space, w.random.IntN(usersEach)),
		"text": "<@" + botUser(space) + "> " + q.text,
	})
}

// slackDirect asks in direct messages (https://docs.slack.dev/reference/events/message.im).
func (w *worker) slackDirect() error {
	q, space := one(w, asked), int(w.directs.Add(1))%w.Spaces
	return w.slackEvent(q, space, object{
		"type": "message", "channel_type": "im", "channel": direct(space), "user": user(space, 0), "text": q.text,
	})
}

// slackEvent delivers a message, and waits until it is answered below it
// (https://docs.slack.dev/apis/events-api).
func (w *worker) slackEvent(q question, space int, message object) error {
	n := w.next()
	ts := fmt.Sprintf("%d.%06d", 1_700_000_000+n/1_000_000, n%1_000_000)
	message["ts"], message["event_ts"], message["team"] = ts, ts, team(space)
	in, ok := message["channel"].(string)
	if !ok {
		return errors.New("a message has a channel")
	}
	body, err := json.Marshal(object{
		"type": "event_callback", "token": "verification", "team_id": team(space), "api_app_id": "A1", "event_id": fmt.Sprint("Ev", n), "event_time": 1_700_000_000,
		"event": message, "is_ext_shared_channel": false, "event_context": "4-load",
		"authorizations": []object{{"team_id": team(space), "user_id": botUser(space), "is_bot": true, "is_enterprise_install": false}},
	})
	if err != nil {
		return err
	}
	key := in + "/" + ts
	later, began := w.expect(key), time.Now()
	if _, err := w.slackPost(events, jsonBody, string(body)); err != nil {
		w.unexpected(key)
		return err
	}
	w.note(acknowledged, time.Since(began))
	answer, err := w.await(key, later)
	if err != nil {
		return err
	}
	return q.says(answer)
}

// acknowledged is what the time until an event's acknowledgement is noted as.
const acknowledged = "events, until the acknowledgement"
