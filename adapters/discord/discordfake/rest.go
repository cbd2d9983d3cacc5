package discordfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// apiError is an error as Discord answers it.
type apiError struct {
	status  int
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Errors  []string `json:"errors,omitempty"` // Discord's is a tree; this says the same in lines

	retryAfter time.Duration // for 429
	scope      string        // likewise: user, global or shared
}

// Error is what is wrong.
func (e *apiError) Error() string {
	return fmt.Sprintf("%d, code %d: %s %s", e.status, e.Code, e.Message, strings.Join(e.Errors, "; "))
}

// Errors that several requests get.
var (
	unauthorized       = &apiError{status: 401, Code: 0, Message: "401: Unauthorized"}
	notFound           = &apiError{status: 404, Code: 0, Message: "404: Not Found"}
	badJSON            = &apiError{status: 400, Code: 50109, Message: "The request body contains invalid JSON."}
	unknownChannel     = &apiError{status: 404, Code: 10003, Message: "Unknown Channel"}
	unknownGuild       = &apiError{status: 404, Code: 10004, Message: "Unknown Guild"}
	unknownMessage     = &apiError{status: 404, Code: 10008, Message: "Unknown Message"}
	unknownUser        = &apiError{status: 404, Code: 10013, Message: "Unknown User"}
	unknownWebhook     = &apiError{status: 404, Code: 10015, Message: "Unknown Webhook"}
	unknownInteraction = &apiError{status: 404, Code: 10062, Message: "Unknown interaction"}
	alreadyAnswered    = &apiError{status: 400, Code: 40060, Message: "Interaction has already been acknowledged."}
	missingAccess      = &apiError{status: 403, Code: 50001, Message: "Missing Access"}
	notTheAuthor       = &apiError{status: 403, Code: 50005, Message: "Cannot edit a message authored by another user"}
	cannotDirect       = &apiError{status: 403, Code: 50007, Message: "Cannot send messages to this user"}
	replyUnread        = &apiError{status: 403, Code: 160002, Message: "Cannot reply without permission to read message history"}
	missingPermissions = &apiError{status: 403, Code: 50013, Message: "Missing Permissions"}
	expiredToken       = &apiError{status: 401, Code: 50027, Message: "Invalid Webhook Token"}
)

// Request is one that the bot made.
type Request struct {
	Method string
	Path   string // below the API's base
	Status int    // of the answer; 0 when it was lost
}

// Requests are all that the bot made, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Invalid is how many answers were 401, 403 or 429, of which Discord bears 10,000 in
// ten minutes.
func (s *Server) Invalid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid
}

// call is a request being answered, with what its path names.
type call struct {
	*http.Request
	body map[string]any
	part map[string]string
}

// route is a way to answer. The lock is held while it does.
type route struct {
	method string
	path   *regexp.Regexp
	bucket string // format of the bucket's name; empty for no limit of its own
	open   bool   // needs no token: what is in the path is secret
	answer func(*Server, *call) (any, *apiError)
}

const maxBody = 25 << 20

var apiPath = regexp.MustCompile(`^/api/v(9|10)(/.*)$`)

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/gateway/", s.serveGateway)
	mux.HandleFunc("/resume/", s.serveGateway)
	mux.HandleFunc("/control/", s.control)
	mux.HandleFunc("/api/", s.serveAPI)
	return mux
}

func at(path string) *regexp.Regexp {
	path = regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(path, `(?P<$1>[^/]+)`)
	return regexp.MustCompile("^" + path + "$")
}

// routed are all ways to answer. A function, as their answers lead back here.
func routed() []route {
	return []route{
		{"GET", at("/gateway"), "gateway", true, (*Server).getGateway},
		{"GET", at("/gateway/bot"), "gateway", false, (*Server).getGatewayBot},
		{"GET", at("/users/@me"), "me", false, func(s *Server, _ *call) (any, *apiError) { return userObject(s.users[s.app]), nil }},
		{"GET", at("/applications/@me"), "me", false, (*Server).getApplication},
		{"POST", at("/users/@me/channels"), "direct", false, (*Server).openDirect},
		{"GET", at("/applications/{app}/commands"), "commands", false, func(s *Server, c *call) (any, *apiError) { return s.getCommands(c.Request, "") }},
		{"PUT", at("/applications/{app}/commands"), "commands", false, func(s *Server, c *call) (any, *apiError) { return s.putCommands(c.Request, "") }},
		{"GET", at("/applications/{app}/guilds/{guild}/commands"), "commands", false, func(s *Server, c *call) (any, *apiError) { return s.getCommands(c.Request, c.part["guild"]) }},
		{"PUT", at("/applications/{app}/guilds/{guild}/commands"), "commands", false, func(s *Server, c *call) (any, *apiError) { return s.putCommands(c.Request, c.part["guild"]) }},
		{"GET", at("/guilds/{guild}"), "guild", false, (*Server).getGuild},
		{"GET", at("/guilds/{guild}/members/{user}"), "member", false, (*Server).getMember},
		{"GET", at("/channels/{channel}"), "channel", false, (*Server).getChannel},
		{"GET", at("/channels/{channel}/messages"), "messages", false, (*Server).getMessages},
		{"POST", at("/channels/{channel}/messages"), "post", false, (*Server).postMessage},
		{"GET", at("/channels/{channel}/messages/{message}"), "messages", false, (*Server).getMessage},
		{"PATCH", at("/channels/{channel}/messages/{message}"), "edit", false, (*Server).patchMessage},
		{"POST", at("/channels/{channel}/typing"), "typing", false, (*Server).postTyping},
		{"POST", at("/interactions/{id}/{token}/callback"), "", true, (*Server).postCallback},
		{"POST", at("/webhooks/{app}/{token}"), "webhook", true, (*Server).postFollowUp},
		{"GET", at("/webhooks/{app}/{token}/messages/{message}"), "webhook", true, (*Server).getAnswer},
		{"PATCH", at("/webhooks/{app}/{token}/messages/{message}"), "webhook", true, (*Server).patchAnswer},
		{"DELETE", at("/webhooks/{app}/{token}/messages/{message}"), "webhook", true, (*Server).deleteAnswer},
	}
}

var allRoutes = routed()

// serveAPI answers one request: faults first, then who asks, then limits, then what
// was asked for.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if m := apiPath.FindStringSubmatch(path); m != nil {
		path = m[2]
	} else {
		s.reply(w, r, nil, notFound)
		return
	}
	fault := s.fault(r.Method, path)
	if fault != nil && !fault.After && !s.suffer(w, r, *fault) {
		return
	}
	answer, err := s.answer(w, r, path)
	if fault != nil && fault.After && !s.suffer(w, r, *fault) {
		return
	}
	s.reply(w, r, answer, err)
}

// answer does what a request asks for.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, path string) (any, *apiError) {
	c := &call{Request: r, part: make(map[string]string)}
	var found *route
	for i := range allRoutes {
		m := allRoutes[i].path.FindStringSubmatch(path)
		if m == nil || allRoutes[i].method != r.Method {
			continue
		}
		found = &allRoutes[i]
		for n, name := range found.path.SubexpNames() {
			c.part[name] = m[n]
		}
	}
	if found == nil {
		return nil, notFound
	}
	if err := c.read(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !found.open && r.Header.Get("Authorization") != "Bot "+s.config.Token {
		return nil, unauthorized
	}
	if !strings.HasPrefix(r.Header.Get("User-Agent"), "DiscordBot (") {
		return nil, &apiError{status: 403, Code: 40333, Message: "internal network error: a User-Agent is required"}
	}
	if err := s.limit(w, found, c); err != nil {
		return nil, err
	}
	return found.answer(s, c)
}

// read takes in a JSON body. A command's list is read by who expects it.
func (c *call) read() *apiError {
	c.Body = http.MaxBytesReader(nil, c.Body, maxBody)
	if c.Method == http.MethodGet || c.Method == http.MethodPut {
		return nil
	}
	raw, err := io.ReadAll(c.Body)
	if err != nil {
		return badJSON
	}
	if len(raw) == 0 {
		return nil
	}
	if !strings.HasPrefix(c.Header.Get("Content-Type"), "application/json") || json.Unmarshal(raw, &c.body) != nil {
		return badJSON
	}
	return nil
}

// reply writes an answer.
func (s *Server) reply(w http.ResponseWriter, r *http.Request, answer any, err *apiError) {
	status := http.StatusOK
	switch {
	case err != nil:
		status, answer = err.status, err
		if err.status == http.StatusTooManyRequests {
			answer = throttled(w, err)
		}
	case answer == nil:
		status = http.StatusNoContent
	}
	s.note(r.Method, strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/v10"), "/api/v9"), status)
	if status != http.StatusNoContent {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_ = json.NewEncoder(w).Encode(answer) // who has left needs no answer
	}
}

// note remembers a request.
func (s *Server) note(method, path string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if status == 401 || status == 403 || status == 429 {
		s.invalid++
	}
	s.requests = append(s.requests, Request{Method: method, Path: path, Status: status})
	s.notify()
}

func (s *Server) getGateway(*call) (any, *apiError) {
	return map[string]any{"url": s.gatewayURL("gateway")}, nil
}

func (s *Server) getGatewayBot(*call) (any, *apiError) {
	return map[string]any{
		"url": s.gatewayURL("gateway"), "shards": s.config.Shards,
		"session_start_limit": map[string]any{
			"total": s.config.Starts, "remaining": s.config.Starts - s.starts, "reset_after": (24 * time.Hour).Milliseconds(),
			"max_concurrency": s.config.MaxConcurrency,
		},
	}, nil
}

func (s *Server) getApplication(*call) (any, *apiError) {
	return map[string]any{
		"id": s.app, "name": "archbot", "description": "", "bot_public": true, "verify_key": s.PublicKey(),
		"flags": s.config.Privileged, "interactions_endpoint_url": orNil(s.endpoint),
		"integration_types_config": map[string]any{"0": map[string]any{}, "1": map[string]any{}},
	}, nil
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *Server) openDirect(c *call) (any, *apiError) {
	id := text(c.body["recipient_id"])
	if s.users[id] == nil {
		return nil, unknownUser
	}
	return channelObject(s.channels[s.direct(id)]), nil
}

func (s *Server) getGuild(c *call) (any, *apiError) {
	g := s.guilds[c.part["guild"]]
	if g == nil {
		return nil, unknownGuild
	}
	o := s.guildObject(g)
	delete(o, "channels")
	return o, nil
}

func (s *Server) getMember(c *call) (any, *apiError) {
	if s.guilds[c.part["guild"]] == nil {
		return nil, unknownGuild
	}
	u := s.users[c.part["user"]]
	if u == nil {
		return nil, unknownUser
	}
	return map[string]any{"user": userObject(u), "roles": []any{}, "joined_at": "2026-01-01T00:00:00Z"}, nil
}

// getChannel tells a channel with what the bot may do there, as overwrites.
func (s *Server) getChannel(c *call) (any, *apiError) {
	ch := s.channels[c.part["channel"]]
	if ch == nil {
		return nil, unknownChannel
	}
	if ch.permissions&PermissionViewChannel == 0 {
		return nil, missingAccess
	}
	o := channelObject(ch)
	if ch.kind == kindText {
		o["permission_overwrites"] = []any{map[string]any{
			"id": s.app, "type": 1, "allow": fmt.Sprint(ch.permissions), "deny": fmt.Sprint(^ch.permissions & (1<<50 - 1)),
		}}
	}
	return o, nil
}
