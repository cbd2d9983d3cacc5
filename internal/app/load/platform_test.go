package load

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// platform is what archbot calls: as much of Slack's Web API as it needs, and the
// addresses that answers go to. It keeps no messages, as it would have to for a million
// of them, but notes of each whether somebody waits for it, and that it comes once.
type platform struct {
	address string

	mu       sync.Mutex
	waiting  map[string]chan string
	answered map[string]bool
	calls    map[string]int // by method
	digests  int            // editions in channels
	greeted  int            // direct messages that nobody waited for
	problems []string
}

func newPlatform() (*platform, error) {
	p := &platform{waiting: make(map[string]chan string), answered: make(map[string]bool), calls: make(map[string]int)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/{method}", p.call)
	mux.HandleFunc("POST /response/{key}", p.response)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.address = "http://" + listener.Addr().String()
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return p, nil
}

// expect says that an answer will come; what is returned gets its text.
func (p *platform) expect(key string) <-chan string {
	answer := make(chan string, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting[key] = answer
	return answer
}

// unexpected takes that back.
func (p *platform) unexpected(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, key)
}

// arrived brings an answer to who waits for it. The lock is held.
func (p *platform) arrived(key, text string) {
	answer, ok := p.waiting[key]
	switch {
	case ok:
		delete(p.waiting, key)
		p.answered[key] = true
		answer <- text
	case p.answered[key]:
		p.problem("%s is answered once more", key)
	default:
		p.problem("%s is answered, and nobody has asked", key)
	}
}

func (p *platform) problem(format string, a ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, a...))
}

func (p *platform) response(w http.ResponseWriter, r *http.Request) {
	var said json.RawMessage
	err := json.NewDecoder(r.Body).Decode(&said)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.problem("a response that is no JSON: %v", err)
	}
	p.arrived(r.PathValue("key"), string(said))
	fmt.Fprint(w, "ok")
}

// call answers a call of the Web API: https://docs.slack.dev/apis/web-api.
func (p *platform) call(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[method]++
	answer := p.answer(method, r)
	if answer["ok"] != true {
		p.problem("%s comes to %v", method, answer["error"])
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

type object = map[string]any

func refused(why string) object { return object{"ok": false, "error": why} }

func (p *platform) answer(method string, r *http.Request) object {
	if method == "oauth.v2.access" {
		return granted(r.FormValue("code"))
	}
	space, ok := ownerOf(r)
	if !ok {
		return refused("invalid_auth")
	}
	channel := r.FormValue("channel")
	if channel == "" {
		channel = r.FormValue("channel_id")
	}
	if method == "conversations.open" {
		if r.FormValue("users") != user(space, 0) {
			return refused("user_not_found")
		}
		return object{"ok": true, "channel": object{"id": direct(space)}}
	}
	if n, ok := numberOf(channel); !ok || n != space {
		return refused("channel_not_found")
	}
	switch method {
	case "chat.postMessage":
		p.posted(channel, r.FormValue("thread_ts"), r.FormValue("text")+r.FormValue("blocks"))
		return object{"ok": true, "channel": channel, "ts": fmt.Sprintf("%d.%06d", time.Now().Unix(), p.calls[method]%1_000_000)}
	case "assistant.threads.setStatus", "assistant.threads.setTitle", "assistant.threads.setSuggestedPrompts":
		return object{"ok": true}
	}
	return refused("unknown_method")
}

// posted takes in a message. Those outside of threads are editions in channels, and
// introductions in direct messages.
func (p *platform) posted(channel, thread, text string) {
	switch {
	case thread != "":
		p.arrived(channel+"/"+thread, text)
	case strings.HasPrefix(channel, "C"):
		p.digests++
	default:
		p.greeted++
	}
}

// ownerOf is the workspace whose token a call has.
func ownerOf(r *http.Request) (space int, ok bool) {
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if given == "" {
		given = r.FormValue("token")
	}
	digits, ok := strings.CutPrefix(given, "xoxb-")
	if !ok {
		return 0, false
	}
	space, ok = numberOf("T" + digits)
	return space, ok && given == token(space)
}

// scopes are what the app asks for.
const scopes = "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,commands,groups:history,groups:read,im:history,im:write,users:read"

// granted is the answer to a code of the consent page
// (https://docs.slack.dev/reference/methods/oauth.v2.access).
func granted(given string) object {
	id, _ := strings.CutPrefix(given, "code-")
	space, ok := numberOf(id)
	if !ok || code(space) != given {
		return refused("invalid_code")
	}
	return object{
		"ok": true, "access_token": token(space), "token_type": "bot", "scope": scopes, "bot_user_id": botUser(space), "app_id": "A1",
		"team": object{"id": team(space), "name": fmt.Sprint("Workspace ", space)}, "authed_user": object{"id": user(space, 0)},
		"enterprise": nil, "is_enterprise_install": false,
	}
}
