package slackfake

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// apiError is a refusal, in Slack's words.
type apiError struct {
	code     string
	messages []string // response_metadata.messages, as "[ERROR] …"
	extra    object   // more fields of the answer

	retryAfter int // in seconds: the answer is a 429 then
}

func fail(code string, messages ...string) *apiError {
	return &apiError{code: code, messages: messages}
}

// refuse is the refusal of blocks or a view, with what is wrong where.
func refuse(code string, problems []string) *apiError {
	messages := make([]string, len(problems))
	for i, p := range problems {
		messages[i] = "[ERROR] " + p
	}
	return &apiError{code: code, messages: messages, extra: object{"errors": problems}}
}

func missing(names ...string) *apiError {
	problems := make([]string, len(names))
	for i, n := range names {
		problems[i] = "missing required field: " + n
	}
	return refuse("invalid_arguments", problems)
}

func (e *apiError) body() object {
	out := object{"ok": false, "error": e.code}
	if len(e.messages) > 0 {
		out["response_metadata"] = object{"messages": e.messages}
	}
	for k, v := range e.extra {
		out[k] = v
	}
	return out
}

// method is one method of the Web API.
type method struct {
	kinds  []string // of tokens: "bot", "user", "app"; nil: it takes no token
	scopes []string // any of them will do; nil: none is needed
	need   []string // arguments that must be there
	json   bool     // it reads a JSON body
	run    func(*Server, *call) (object, *apiError)
}

// call is one call of a method while it runs. The server's lock is held.
type call struct {
	args
	method string
	http   *http.Request
	token  *Token
	team   *Team
	bot    *User    // who the token speaks as
	after  []func() // what happens once the lock is released, such as events
}

// Call is a call that the app made, for tests to look at.
type Call struct {
	Method  string `json:"method"`
	Team    string `json:"team,omitempty"`
	Channel string `json:"channel,omitempty"`
	Error   string `json:"error,omitempty"` // what was answered; empty for ok
	Fault   string `json:"fault,omitempty"` // the id of the fault that struck
}

// Calls returns the calls of a method in order, or all of them for "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

// serveAPI answers a call, with the faults that are set.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	m, known := methods[name]
	if !known {
		s.record(Call{Method: name, Error: "unknown_method"})
		answer(w, fail("unknown_method", "unknown method "+name).body())
		return
	}
	a, token, refused := readArgs(r, m.json)
	if refused != nil {
		s.record(Call{Method: name, Error: refused.code})
		answer(w, refused.body())
		return
	}
	c := &call{args: a, method: name, http: r}
	f := s.strike(c, token)
	if f != nil && !f.After {
		struck := Call{Method: name, Team: s.teamOf(token), Channel: c.channelArg(), Error: f.Error, Fault: f.ID}
		if !f.Hold { // a test that sees what became of the call also sees that it was made
			s.record(struck)
		}
		if !s.faultBefore(w, r, f) {
			if f.Hold {
				s.record(struck)
			}
			return
		}
	}
	body, retryAfter := s.run(c, m, token)
	done := Call{Method: name, Team: s.teamOf(token), Channel: c.channelArg()}
	done.Error, _ = body["error"].(string)
	if f != nil {
		done.Fault = f.ID
		done.Error = orElse(f.Error, done.Error)
	}
	s.record(done)
	for _, then := range c.after {
		s.work.Go(then)
	}
	if f != nil && f.After && !s.faultAfter(w, r, f) {
		return
	}
	s.scopeHeaders(w, m, c.token)
	if retryAfter > 0 {
		rateLimited(w, retryAfter)
		return
	}
	answer(w, body)
}

// run runs the method under the lock, once the token is found to be good for it.
func (s *Server) run(c *call, m method, token string) (out object, retryAfter int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refused := s.authenticate(c, m, token)
	if refused == nil {
		refused = c.require(m)
	}
	if refused == nil {
		out, refused = m.run(s, c)
	}
	s.touch()
	if refused != nil {
		return refused.body(), refused.retryAfter
	}
	if out == nil {
		out = object{}
	}
	out["ok"] = true
	return out, 0
}

func (c *call) require(m method) *apiError {
	var gone []string
	for _, name := range m.need {
		if !c.has(name) {
			gone = append(gone, name)
		}
	}
	if gone != nil {
		return missing(gone...)
	}
	return nil
}

// authenticate finds out who calls, and whether they may.
func (s *Server) authenticate(c *call, m method, value string) *apiError {
	if m.kinds == nil {
		return nil
	}
	if value == "" {
		return fail("not_authed")
	}
	t := s.tokens[value]
	if t == nil {
		return fail("invalid_auth")
	}
	team := s.teams[t.Team]
	switch {
	case t.Revoked && t.Kind == "bot", team != nil && team.Gone:
		// So Slack documents the two: account_inactive for bot tokens,
		// token_revoked for those of people.
		return fail("account_inactive")
	case t.Revoked:
		return fail("token_revoked")
	case !t.Expires.IsZero() && !s.Now().Before(t.Expires):
		return fail("token_expired")
	case !slices.Contains(m.kinds, t.Kind):
		return fail("not_allowed_token_type")
	}
	if u := s.users[t.User]; u != nil && u.Deleted {
		return fail("account_inactive")
	}
	c.token, c.team, c.bot = t, team, s.users[t.User]
	if m.scopes != nil && !slices.ContainsFunc(m.scopes, t.can) {
		return c.missingScope(m.scopes...)
	}
	return nil
}

// missingScope is the refusal that names what was needed and what there is.
func (c *call) missingScope(needed ...string) *apiError {
	e := fail("missing_scope")
	e.extra = object{"needed": strings.Join(needed, ","), "provided": strings.Join(c.token.Scopes, ",")}
	return e
}

// channelArg is the channel that the call is about, however the method calls it.
func (c *call) channelArg() string { return orElse(c.str("channel"), c.str("channel_id")) }

func (s *Server) teamOf(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[token]; t != nil {
		return t.Team
	}
	return ""
}

// record keeps the call for tests.
func (s *Server) record(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.touch()
}

func (s *Server) scopeHeaders(w http.ResponseWriter, m method, t *Token) {
	if t == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("X-OAuth-Scopes", strings.Join(t.Scopes, ","))
	w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
}

// answer writes a JSON answer with status 200, as Slack does for refusals too.
func answer(w http.ResponseWriter, body any) { answerStatus(w, http.StatusOK, body) }

func answerStatus(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone; nobody to tell
}

func rateLimited(w http.ResponseWriter, seconds int) {
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	answerStatus(w, http.StatusTooManyRequests, fail("ratelimited").body())
}

// cut ends the connection without an answer: the caller sees a reset.
func cut(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := h.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset rather than a polite end
	}
	_ = conn.Close()
}
