package discordfake

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// How long an interaction waits for its first answer, and how long its token is good
// for: https://discord.com/developers/docs/interactions/receiving-and-responding.
const (
	answerTime = 3 * time.Second
	tokenTime  = 15 * time.Minute
)

// maxFollowUps is for interactions of an app that only a user has installed.
const maxFollowUps = 5

// The types of interactions, and of the answers to them.
const (
	kindPing      = 1
	kindCommand   = 2
	kindComponent = 3
	kindComplete  = 4
	kindModal     = 5

	answerPong          = 1
	answerMessage       = 4
	answerDeferred      = 5
	answerDeferUpdate   = 6
	answerUpdate        = 7
	answerChoices       = 8
	answerModal         = 9
	statusUnauthorized  = http.StatusUnauthorized
	maxInteractionReply = 1 << 20
)

// ErrFailed is what somebody sees as "The application did not respond", or as an
// error of what was answered.
var ErrFailed = errors.New("the application did not respond")

// Interaction is something that somebody did with the bot.
type Interaction struct {
	ID    string
	Token string // secret

	server  *Server
	kind    int
	by      By
	created time.Time
	of      *Message // the message of a component
	answer  int      // its type; 0 before there is one
	data    map[string]any
	message *Message // what was shown for it first
	more    int      // follow-ups
	failure error
}

// Answer waits for the first answer and returns its type and its data.
func (i *Interaction) Answer(ctx context.Context) (kind int, data map[string]any, err error) {
	err = i.server.Await(ctx, func() bool {
		i.server.mu.Lock()
		defer i.server.mu.Unlock()
		kind, data = i.answer, i.data
		return i.answer != 0 || i.failure != nil
	})
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	return kind, data, errors.Join(err, i.failure)
}

// Shown waits until a message is there for the interaction and is no longer loading,
// and returns it.
func (i *Interaction) Shown(ctx context.Context) (m Message, err error) {
	var shown bool
	err = i.server.Await(ctx, func() bool {
		i.server.mu.Lock()
		defer i.server.mu.Unlock()
		if i.message != nil && i.message.Flags&flagLoading == 0 {
			m, shown = *i.message, true
		}
		return shown || i.failure != nil
	})
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	if !shown {
		return m, errors.Join(err, i.failure)
	}
	return m, nil
}

// FollowUps are the messages that came after the first one, oldest first.
func (i *Interaction) FollowUps() []Message {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	var out []Message
	for _, m := range i.server.messages {
		if m.Of == i.ID && m != i.message {
			out = append(out, *m)
		}
	}
	return out
}

// interact makes an interaction and delivers it the way that is set. The lock is held.
func (s *Server) interact(kind int, by By, data map[string]any, of *Message) *Interaction {
	i := &Interaction{ID: s.snowflake(), Token: secret(), server: s, kind: kind, by: by, created: time.Now(), of: of}
	s.interactions[i.Token] = i
	time.AfterFunc(s.config.AnswerTime, func() { s.expire(i) })
	payload := s.payload(i, data)
	if s.endpoint != "" {
		go s.deliver(i, s.endpoint, payload)
		return i
	}
	s.dispatch(by.Guild, 0, "INTERACTION_CREATE", payload)
	return i
}

// expire ends an interaction that nobody has answered in time.
func (s *Server) expire(i *Interaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.answer == 0 && i.failure == nil {
		i.failure = fmt.Errorf("%w in %v", ErrFailed, s.config.AnswerTime)
		s.notify()
	}
}

// payload is an interaction as the bot gets it. The lock is held.
func (s *Server) payload(i *Interaction, data map[string]any) map[string]any {
	user := userObject(s.users[i.by.User])
	p := map[string]any{
		"id": i.ID, "application_id": s.app, "type": i.kind, "data": data, "token": i.Token, "version": 1,
		"channel_id": i.by.Channel, "channel": map[string]any{"id": i.by.Channel, "type": kindText},
		"app_permissions": strconv.FormatInt(permissionsOfBot, 10), "locale": orText(i.by.Locale, "en-US"),
		"entitlements": []any{}, "attachment_size_limit": 26214400, "context": 0,
		"authorizing_integration_owners": map[string]any{"0": i.by.Guild},
	}
	if i.by.Installed {
		p["authorizing_integration_owners"] = map[string]any{"1": i.by.User}
	}
	if i.by.Guild == "" {
		p["user"], p["context"] = user, 1
		if i.by.Installed && i.by.Channel != s.direct(i.by.User) {
			p["context"] = 2
		} else if !i.by.Installed {
			p["authorizing_integration_owners"] = map[string]any{"0": "0"}
		}
	} else {
		p["guild_id"], p["guild_locale"] = i.by.Guild, "en-US"
		p["guild"] = map[string]any{"id": i.by.Guild, "locale": "en-US", "features": []any{}}
		p["member"] = map[string]any{
			"user": user, "roles": []any{}, "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false,
			"permissions": strconv.FormatInt(permissionsOfEverybody|i.by.Permissions, 10),
		}
	}
	if i.of != nil {
		m := s.messageObject(i.of)
		m["flags"] = i.of.Flags
		p["message"] = m
	}
	return p
}

func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// SetEndpoint has interactions delivered to a URL from now on, or over the Gateway
// again when it is empty. As Discord does, it first asks whether somebody is there who
// checks signatures.
func (s *Server) SetEndpoint(ctx context.Context, url string) error {
	if url != "" {
		if err := s.probe(ctx, url); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = url
	return nil
}

// probe sends a ping with a right signature and one with a wrong one.
func (s *Server) probe(ctx context.Context, url string) error {
	body := []byte(fmt.Sprintf(`{"type":1,"id":"%s","application_id":"%s","token":"%s","version":1}`, s.app, s.app, secret()))
	status, answer, err := s.post(ctx, url, body, false)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK || number(answer["type"]) != answerPong:
		return fmt.Errorf("the endpoint answers a ping with %d, type %v", status, answer["type"])
	}
	status, _, err = s.post(ctx, url, body, true)
	if err == nil && status != statusUnauthorized {
		return fmt.Errorf("the endpoint answers a wrong signature with %d, not with 401", status)
	}
	return err
}

// Sign returns the headers of a body that is delivered at a time.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	h := http.Header{}
	stamp := strconv.FormatInt(at.Unix(), 10)
	h.Set("X-Signature-Timestamp", stamp)
	h.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.private, append([]byte(stamp), body...))))
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	return h
}

// post delivers a signed body; forged has its signature be wrong.
func (s *Server) post(ctx context.Context, url string, body []byte, forged bool) (status int, answer map[string]any, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	signed := body
	if forged {
		signed = append([]byte(" "), body...)
	}
	r.Header = s.Sign(signed, time.Now())
	response, err := s.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxInteractionReply))
	if err != nil {
		return 0, nil, err
	}
	if len(raw) > 0 && response.StatusCode == http.StatusOK {
		err = json.Unmarshal(raw, &answer)
	}
	return response.StatusCode, answer, err
}

// deliver posts an interaction, and takes what comes back for its answer.
func (s *Server) deliver(i *Interaction, url string, payload map[string]any) {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.AnswerTime)
	defer cancel()
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // it is made of strings and numbers
	}
	status, answer, err := s.post(ctx, url, body, false)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	switch {
	case i.answer != 0 || i.failure != nil:
		return // by a callback, or too late
	case err != nil:
		i.failure = errors.Join(ErrFailed, err)
	case status == http.StatusAccepted:
		return // a callback will come
	case status != http.StatusOK:
		i.failure = fmt.Errorf("%w: the endpoint answers %d", ErrFailed, status)
	default:
		if refusal := s.accept(i, answer); refusal != nil {
			i.failure = fmt.Errorf("%w: %w", ErrFailed, refusal)
		}
	}
}

func (s *Server) postCallback(c *call) (any, *apiError) {
	i := s.interactions[c.part["token"]]
	if i == nil || i.ID != c.part["id"] || i.failure != nil || time.Since(i.created) > s.config.AnswerTime {
		return nil, unknownInteraction
	}
	if i.answer != 0 {
		return nil, alreadyAnswered
	}
	if err := s.accept(i, c.body); err != nil {
		return nil, err
	}
	return nil, nil //nolint:nilnil // 204: there is neither
}

// accept takes the first answer to an interaction. The lock is held.
func (s *Server) accept(i *Interaction, body map[string]any) *apiError {
	kind := number(body["type"])
	data, _ := body["data"].(map[string]any)
	f := &form{}
	flags := number(data["flags"])
	switch component := i.of != nil; {
	case (kind == answerChoices) != (i.kind == kindComplete):
		f.errorf("type", "%d is no answer to an interaction of type %d", kind, i.kind)
	case kind == answerChoices:
		f.choices(data)
	case kind == answerModal && i.kind != kindModal:
		f.modal(data)
	case kind == answerMessage, kind == answerUpdate && component:
		if kind == answerUpdate {
			flags = i.of.Flags | flags&flagComponents
		}
		f.message(data, flags)
	case kind == answerDeferred:
		if flags&^flagEphemeral != 0 {
			f.errorf("data.flags", "only EPHEMERAL is valid here")
		}
	case kind == answerDeferUpdate && component:
	default:
		f.errorf("type", "%d is no answer to an interaction of type %d", kind, i.kind)
	}
	if flags&^(flagSuppressEmbeds|flagEphemeral|flagComponents|1<<12) != 0 {
		f.errorf("data.flags", "such flags cannot be set")
	}
	if err := f.result(); err != nil {
		return err
	}
	i.answer, i.data = kind, data
	s.show(i, kind, data, flags)
	s.notify()
	return nil
}

// show makes the message of an answer. The lock is held.
func (s *Server) show(i *Interaction, kind int, data map[string]any, flags int) {
	switch kind {
	case answerMessage:
		i.message = s.addMessage(i.by.Channel, s.app, data, flags)
	case answerDeferred:
		i.message = s.addMessage(i.by.Channel, s.app, map[string]any{}, flags|flagLoading)
	case answerUpdate:
		i.message = i.of
		i.of.Flags, i.of.Edits = flags, i.of.Edits+1
		s.fill(i.of, data)
		return
	case answerDeferUpdate:
		i.message = i.of
		return
	default:
		return
	}
	s.place(i, i.message)
}

// place says who sees an interaction's message, and tells others. The lock is held.
func (s *Server) place(i *Interaction, m *Message) {
	m.Of = i.ID
	if m.Flags&flagEphemeral != 0 {
		m.ShownTo = i.by.User
	}
	if m.Flags&flagLoading == 0 {
		s.announce(m)
	}
}

// answered finds the interaction of a token that messages can be sent with.
func (s *Server) answered(c *call) (*Interaction, *apiError) {
	i := s.interactions[c.part["token"]]
	switch {
	case i == nil || c.part["app"] != s.app || i.answer == 0:
		return nil, unknownWebhook
	case time.Since(i.created) > tokenTime:
		return nil, expiredToken
	}
	return i, nil
}

func (s *Server) postFollowUp(c *call) (any, *apiError) {
	i, err := s.answered(c)
	if err != nil {
		return nil, err
	}
	if i.message != nil && i.message.Flags&flagLoading != 0 {
		return s.finish(i, c.body)
	}
	if i.by.Installed && i.more >= maxFollowUps {
		return nil, &apiError{status: 400, Code: 40094, Message: "This interaction has hit the maximum number of follow up messages"}
	}
	f := &form{}
	flags := number(c.body["flags"])
	f.message(c.body, flags)
	if err := f.result(); err != nil {
		return nil, err
	}
	i.more++
	m := s.addMessage(i.by.Channel, s.app, c.body, flags)
	s.place(i, m)
	return s.messageObject(m), nil
}

// finish puts what was deferred in its place.
func (s *Server) finish(i *Interaction, body map[string]any) (any, *apiError) {
	if err := s.edit(i.message, body); err != nil {
		return nil, err
	}
	i.message.Pinged = s.pinged(i.message, body)
	s.announce(i.message)
	return s.messageObject(i.message), nil
}

// theAnswer finds a message of an interaction.
func (s *Server) theAnswer(c *call) (*Interaction, *Message, *apiError) {
	i, err := s.answered(c)
	if err != nil {
		return nil, nil, err
	}
	m := i.message
	if id := c.part["message"]; id != "@original" {
		m = s.messages[id]
		if m != nil && m.Of != i.ID {
			m = nil
		}
	}
	if m == nil || s.messages[m.ID] == nil {
		return nil, nil, unknownMessage
	}
	return i, m, nil
}

func (s *Server) getAnswer(c *call) (any, *apiError) {
	_, m, err := s.theAnswer(c)
	if err != nil {
		return nil, err
	}
	return s.messageObject(m), nil
}

func (s *Server) patchAnswer(c *call) (any, *apiError) {
	i, m, err := s.theAnswer(c)
	if err != nil {
		return nil, err
	}
	if m.Flags&flagLoading != 0 {
		return s.finish(i, c.body)
	}
	if err := s.edit(m, c.body); err != nil {
		return nil, err
	}
	return s.messageObject(m), nil
}

func (s *Server) deleteAnswer(c *call) (any, *apiError) {
	i, m, err := s.theAnswer(c)
	if err != nil {
		return nil, err
	}
	delete(s.messages, m.ID)
	if i.message == m {
		i.message = nil
	}
	s.notify()
	return nil, nil //nolint:nilnil // 204: there is neither
}
