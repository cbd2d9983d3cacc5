package slackfake

import (
	"encoding/json"
	"time"
)

// Endpoints are the addresses at which one replica of the app listens. An app without
// an address for options gets them where interactivity goes, as with Slack.
type Endpoints struct {
	Commands      string `json:"commands"`
	Interactivity string `json:"interactivity"`
	Options       string `json:"options,omitempty"`
	Events        string `json:"events"`
}

// Connect adds a replica of the app that listens on HTTP; deliveries go to the replicas
// in turn, as behind a load balancer.
func (s *Server) Connect(e Endpoints) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Options == "" {
		e.Options = e.Interactivity
	}
	s.apps = append(s.apps, e)
	s.touch()
}

// Disconnect forgets all replicas on HTTP.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps = nil
	s.touch()
}

// UseSocketMode switches between Socket Mode and HTTP. Switched off, open sockets are
// told link_disabled.
func (s *Server) UseSocketMode(on bool) {
	s.mu.Lock()
	s.socketMode = on
	s.touch()
	s.mu.Unlock()
	if !on {
		s.EndSockets("link_disabled")
	}
}

// Kinds of what the app is sent.
const (
	command     = "slash_commands"
	interaction = "interactive"
	suggestion  = "options" // an interaction too, with an address of its own on HTTP
	event       = "events_api"
)

// parcel is one thing that is sent to the app, perhaps more than once.
type parcel struct {
	id      string // an event_id or a trigger_id
	kind    string
	payload object
	answers bool // the app's answer is read: accepts_response_payload
	retries int
	reason  string // of the last retry: http_timeout, http_error, timeout …

	team, channel, user, thread string
	view                        string // the modal or Home tab that it came from
}

// Outcome is what came of something that a person did, as far as the app's answer to
// it goes. What comes later, through a response_url or the Web API, is found with
// Responses, Opened, Modal, Home and Posts.
type Outcome struct {
	ID string `json:"id"` // the event_id or trigger_id, for Redeliver, Responses and Opened

	// Failure is what the person is told when it did not work: dispatch_failed
	// (nobody listens), operation_timeout (no answer within 3 seconds by the
	// fake's clock), http_client_error and http_service_error (statuses 4xx and
	// 5xx), or the name of what is wrong with the answer, with Problems saying
	// where. "not_sent" is for what Slack's own client refuses to send.
	Failure  string   `json:"failure,omitempty"`
	Problems []string `json:"problems,omitempty"`

	Took     time.Duration `json:"took"` // until the answer, by the fake's clock
	Attempts int           `json:"attempts"`
	Status   int           `json:"status"` // of HTTP; 200 for an acknowledgement on a socket
	Body     string        `json:"body,omitempty"`

	Message *Message          `json:"message,omitempty"` // what the answer itself shows
	View    *View             `json:"view,omitempty"`    // after a submission: what is open on top now
	Errors  map[string]string `json:"errors,omitempty"`  // of a form, by block_id
	Options []Choice          `json:"options,omitempty"` // that a menu was given
}

// Choice is one option of a menu.
type Choice struct {
	Group string `json:"group,omitempty"`
	Text  string `json:"text"`
	Value string `json:"value"`
}

// reply is the app's answer as it came.
type reply struct {
	failure string
	status  int
	kind    string // the media type
	body    []byte
	took    time.Duration
	again   int // how often it was sent to another socket, as one broke without an acknowledgement
	noRetry bool
}

// isJSON tells whether Slack reads the answer as JSON.
func (r *reply) isJSON() bool { return r.kind == "application/json" }

// maxRetries is how often Slack sends an event again that was not taken.
const maxRetries = 3

// send delivers a parcel and says what came of it. Events that the app does not take
// are sent again at once, up to three times: Slack waits in between, for how long
// nobody should depend on.
func (s *Server) send(p *parcel) Outcome {
	s.mu.Lock()
	s.parcels[p.id] = p
	s.touch()
	s.mu.Unlock()
	r := s.carry(p)
	attempts := 1
	for p.kind == event && r.failure != "" && !r.noRetry && attempts <= maxRetries && s.ctx.Err() == nil {
		p.retries++
		p.reason = retryReason(r)
		r = s.carry(p)
		attempts++
	}
	return s.outcome(p, r, attempts)
}

func retryReason(r *reply) string {
	switch r.failure {
	case "operation_timeout":
		return "http_timeout"
	case "dispatch_failed":
		return "connection_failed"
	}
	return "http_error"
}

// Redeliver sends the app once more what it was sent before: an event by its event_id,
// a command or an interaction by its trigger_id. On HTTP it goes to the next replica, on
// a socket in an envelope of its own to the next socket.
func (s *Server) Redeliver(id string) Outcome {
	s.mu.Lock()
	first := s.parcels[id]
	if first == nil {
		s.mu.Unlock()
		return Outcome{ID: id, Failure: "not_sent", Problems: []string{"nothing of that id was sent"}}
	}
	first.retries++
	first.reason = "http_timeout"
	again := *first
	s.mu.Unlock()
	return s.outcome(&again, s.carry(&again), 1)
}

// carry takes a parcel to the app by whichever way is in use.
func (s *Server) carry(p *parcel) *reply {
	s.mu.Lock()
	sockets := s.socketMode
	s.mu.Unlock()
	began := s.Now()
	var r *reply
	if sockets {
		r = s.carryBySocket(p)
	} else {
		r = s.carryByHTTP(p)
	}
	r.took = s.Now().Sub(began)
	if r.failure == "" && r.took > ackDeadline {
		r.failure = "operation_timeout"
	}
	return r
}

// outcome reads the answer as Slack does for this kind of parcel.
func (s *Server) outcome(p *parcel, r *reply, attempts int) Outcome {
	out := Outcome{ID: p.id, Failure: r.failure, Took: r.took, Attempts: attempts + r.again, Status: r.status, Body: string(r.body)}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch() // for whoever waits for what the app does next
	if out.Failure != "" || !p.answers {
		return out
	}
	switch {
	case p.kind == command:
		s.readCommandAnswer(p, r, &out)
	case p.kind == suggestion:
		readOptions(r, &out)
	case p.payload["type"] == "view_submission":
		s.readSubmissionAnswer(p, r, &out)
	}
	return out
}

// answerObject reads an answer that must be a JSON object, or nothing at all.
func answerObject(r *reply, out *Outcome) (args, bool) {
	if len(r.body) == 0 {
		return nil, false
	}
	if !r.isJSON() {
		out.Failure, out.Problems = "bad_response", []string{"the answer is not of the type application/json"}
		return nil, false
	}
	a, err := jsonArgs(r.body)
	if err != nil {
		out.Failure, out.Problems = "bad_response", []string{err.Error()}
		return nil, false
	}
	return a, true
}

// readCommandAnswer shows what a command was answered with: text, or a message.
func (s *Server) readCommandAnswer(p *parcel, r *reply, out *Outcome) {
	var a args
	if r.isJSON() {
		var ok bool
		if a, ok = answerObject(r, out); !ok {
			return
		}
	} else {
		a = args{"text": string(r.body)}
	}
	delete(a, "metadata") // clients send an empty one with every answer
	d, refused := (&call{args: a}).readDraft()
	if refused != nil {
		out.Failure, out.Problems = refused.code, refused.messages
		return
	}
	if d.empty() {
		return
	}
	d.truncate()
	m := s.add(d, s.fromApp(p, a, "answer")).copy()
	out.Message = &m
}

// fromApp is a message that the app answers with, which only the person sees who did
// something, unless it says in_channel.
func (s *Server) fromApp(p *parcel, a args, via string) Message {
	team := s.teams[p.team]
	m := Message{
		Team: p.team, Channel: p.channel, ThreadTS: a.str("thread_ts"), User: team.Bot, BotID: team.BotID,
		Via: via, Answer: p.id, Only: p.user, UnfurlLinks: a.optional("unfurl_links"), UnfurlMedia: a.optional("unfurl_media"),
	}
	if a.str("response_type") == "in_channel" {
		m.Only = ""
	}
	return m
}

// readOptions checks the options that a menu is given.
func readOptions(r *reply, out *Outcome) {
	a, ok := answerObject(r, out)
	if !ok {
		if out.Failure == "" {
			out.Failure, out.Problems = "bad_response", []string{"a menu was answered with nothing"}
		}
		return
	}
	c := newChecker(everywhere)
	c.object("", map[string]any(a), fields{
		"options": may(list(0, maxOptions, menuOption)), "option_groups": may(list(0, maxGroups, optionGroup)),
	})
	if (a["options"] != nil) == (a["option_groups"] != nil) {
		c.fail("", "must define either `options` or `option_groups`")
	}
	if c.problems != nil {
		out.Failure, out.Problems = "bad_response", c.problems
		return
	}
	out.Options = choices(a)
}

func choices(a map[string]any) []Choice {
	var out []Choice
	add := func(group string, options any) {
		list, _ := options.([]any)
		for _, v := range list {
			o, _ := v.(map[string]any)
			value, _ := o["value"].(string)
			out = append(out, Choice{Group: group, Text: labelOf(o["text"]), Value: value})
		}
	}
	add("", a["options"])
	groups, _ := a["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		add(labelOf(group["label"]), group["options"])
	}
	return out
}

func labelOf(text any) string {
	o, _ := text.(map[string]any)
	s, _ := o["text"].(string)
	return s
}

// payloadJSON is what is sent, the same bytes by either way.
func (p *parcel) payloadJSON() json.RawMessage { return compact(p.payload) }
