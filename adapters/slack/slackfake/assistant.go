package slackfake

import (
	"slices"
	"strings"
)

// Pane is one thread of the assistant pane, in the direct messages of a person and the
// app.
type Pane struct {
	Channel  string      `json:"channel"`
	ThreadTS string      `json:"thread_ts"` // empty: the prompts at the top of an agent's pane
	Status   string      `json:"status"`
	Loading  []string    `json:"loading,omitempty"`
	Title    string      `json:"title"`
	Heading  string      `json:"heading,omitempty"` // over the prompts
	Prompts  [][2]string `json:"prompts,omitempty"` // title and message of each
	Sets     int         `json:"sets"`              // how often the app set anything
}

// Pane returns a thread of the pane, or with an empty thread what is at its top; ok is
// false where there is none.
func (s *Server) Pane(channel, thread string) (p Pane, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.threads[channel+" "+thread]; t != nil {
		out := *t
		out.Prompts, out.Loading = slices.Clone(t.Prompts), slices.Clone(t.Loading)
		return out, true
	}
	return Pane{}, false
}

// OpenPane opens the legacy assistant's pane and begins a thread there, while looking at a
// channel (or none). It returns the thread; Say in it with SayIn.
func (p Person) OpenPane(lookingAt string) (Pane, []Outcome) {
	s := p.s
	s.mu.Lock()
	u := s.users[p.id]
	dm := s.im(u.ID)
	pane := &Pane{Channel: dm.ID, ThreadTS: s.ts()}
	s.threads[dm.ID+" "+pane.ThreadTS] = pane
	if s.threads[dm.ID+" "] == nil {
		s.threads[dm.ID+" "] = &Pane{Channel: dm.ID}
	}
	context := object{}
	if lookingAt != "" {
		context = object{"channel_id": lookingAt, "team_id": u.Team, "enterprise_id": nil}
	}
	body := object{
		"type": "assistant_thread_started", "event_ts": s.ts(),
		"assistant_thread": object{"user_id": u.ID, "context": context, "channel_id": dm.ID, "thread_ts": pane.ThreadTS},
	}
	out := *pane
	s.mu.Unlock()
	return out, s.emit(u.Team, "assistant_thread_started", body)
}

// paneOf finds the thread that a call is about.
func (s *Server) paneOf(c *call) (*Pane, *apiError) {
	channel, refused := s.channelFor(c, c.str("channel_id"))
	if refused != nil {
		return nil, refused
	}
	if s.opts.View == "" {
		return nil, fail("not_agent_app")
	}
	thread := c.str("thread_ts")
	pane := s.threads[channel.ID+" "+thread]
	if pane == nil && s.opts.View == "agent" && s.roots(channel.ID, thread) {
		pane = &Pane{Channel: channel.ID, ThreadTS: thread}
		s.threads[channel.ID+" "+thread] = pane
	}
	if pane == nil {
		return nil, fail("invalid_thread_ts")
	}
	return pane, nil
}

// roots tells whether a thread hangs from a person's message: in an agent's pane each
// of them begins one. The lock must be held.
func (s *Server) roots(channel, thread string) bool {
	m := s.message(channel, thread)
	return m != nil && m.ThreadTS == "" && m.Via == "person"
}

// answeredIn clears the status of a thread that the app has posted to. The lock must be
// held.
func (s *Server) answeredIn(m *Message) {
	if pane := s.threads[m.Channel+" "+m.ThreadTS]; pane != nil && m.ThreadTS != "" && m.BotID != "" {
		pane.Status, pane.Loading = "", nil
	}
}

func setStatus(s *Server, c *call) (object, *apiError) {
	if _, passed := c.args["status"]; !passed {
		return nil, missing("status")
	}
	var loading []string
	if v := c.str("loading_messages"); v != "" {
		loading = strings.Split(v, ",")
	}
	if list, ok := c.args["loading_messages"].([]any); ok {
		for _, v := range list {
			text, _ := v.(string)
			loading = append(loading, text)
		}
	}
	if len(loading) > maxLoading {
		return nil, refuse("invalid_arguments", []string{"no more than 10 items allowed [json-pointer:/loading_messages]"})
	}
	pane, refused := s.paneOf(c)
	if refused != nil {
		return nil, refused
	}
	pane.Status, pane.Loading = c.str("status"), loading
	pane.Sets++
	return nil, nil
}

func setTitle(s *Server, c *call) (object, *apiError) {
	pane, refused := s.paneOf(c)
	if refused != nil {
		return nil, refused
	}
	pane.Title = c.str("title")
	pane.Sets++
	return nil, nil
}

// setSuggestedPrompts takes at most four. An app with an agent's pane that passes a
// thread is told ok, and nothing happens: so Slack documents it.
func setSuggestedPrompts(s *Server, c *call) (object, *apiError) {
	v, _, err := c.value("prompts")
	if err != nil {
		return nil, refuse("invalid_arguments", []string{"failed to parse JSON [json-pointer:/prompts]"})
	}
	check := newChecker(inMessage)
	prompt := shape(fields{"title": must(str(1, maxSectionText)), "message": must(str(1, maxSectionText))})
	list(1, maxPrompts, prompt)(check, "/prompts", v)
	if check.problems != nil {
		return nil, refuse("invalid_arguments", check.problems)
	}
	pane, refused := s.paneOf(c)
	if refused != nil {
		return nil, refused
	}
	if s.opts.View == "agent" && c.has("thread_ts") {
		return nil, nil
	}
	pane.Heading, pane.Prompts = c.str("title"), nil
	all, _ := v.([]any)
	for _, e := range all {
		o, _ := e.(map[string]any)
		title, _ := o["title"].(string)
		message, _ := o["message"].(string)
		pane.Prompts = append(pane.Prompts, [2]string{title, message})
	}
	pane.Sets++
	return nil, nil
}
