package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// The control API lets another process do what the methods of Server do: POST
// /control/VERB with a JSON value, which is answered with another one, or with status
// 400 and a line that says why not. Remote is its client; verbs are in the order of
// controlRoutes.

// verb serves one verb: it decodes the value sent, runs, and encodes what comes of it.
func verb[I, O any](run func(I) (O, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in I
		d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out, err := run(in)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, out)
	}
}

// sure is a run that cannot fail.
func sure[I, O any](run func(I) O) func(I) (O, error) {
	return func(in I) (O, error) { return run(in), nil }
}

// done is a run that has nothing to say.
func done[I any](run func(I)) func(I) (struct{}, error) {
	return func(in I) (struct{}, error) { run(in); return struct{}{}, nil }
}

// found is a run that looks something up.
func found[O any](run func(string) (O, bool)) func(string) (O, error) {
	return func(id string) (O, error) {
		out, ok := run(id)
		if !ok {
			return out, errors.New("nothing of that id")
		}
		return out, nil
	}
}

// installation is what the verb install takes.
type installation struct {
	Team   string   `json:"team"`
	Scopes []string `json:"scopes"`
}

// consent is what the verb authorize takes.
type consent struct {
	Link string `json:"link"`
	Team string `json:"team"`
	User string `json:"user"`
	Deny bool   `json:"deny"`
}

// news is what the verb event takes.
type news struct {
	Team  string         `json:"team"`
	Event map[string]any `json:"event"`
}

// State is all that can be read of the fake at once.
type State struct {
	Teams      []*Team              `json:"teams"`
	Users      []*User              `json:"users"`
	Channels   []*Channel           `json:"channels"`
	Tokens     []*Token             `json:"tokens"`
	Messages   map[string][]Message `json:"messages"` // by channel
	Views      []*View              `json:"views"`
	Calls      []Call               `json:"calls"`
	Faults     []Fault              `json:"faults"`
	Sockets    int                  `json:"sockets"`
	Complaints []string             `json:"complaints"`
}

func (s *Server) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /control/state", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.snapshot()) })
	for name, serve := range map[string]http.HandlerFunc{
		// the world
		"team": verb(sure(s.AddTeam)), "user": verb(sure(s.AddUser)), "channel": verb(sure(s.AddChannel)), "token": verb(sure(s.AddToken)),
		"install": verb(func(in installation) (Token, error) {
			if _, ok := s.Team(in.Team); !ok {
				return Token{}, errors.New("no such workspace")
			}
			return s.Install(in.Team, in.Scopes...), nil
		}),
		"authorize": verb(func(in consent) (string, error) { return s.Authorize(in.Link, in.Team, in.User, in.Deny) }),
		"uninstall": verb(sure(func(team string) []Outcome { return s.Uninstall(team, true) })),
		// the app's connections
		"connect": verb(done(s.Connect)), "disconnect": verb(done(func(struct{}) { s.Disconnect() })),
		"socket_mode": verb(done(s.UseSocketMode)), "end_sockets": verb(done(s.EndSockets)),
		"drop_socket": verb(done(func(struct{}) { s.DropSocket() })), "resend": verb(done(func(struct{}) { s.Resend() })),
		// faults
		"inject": verb(sure(s.Inject)), "release": verb(done(s.Release)), "clear": verb(done(s.Clear)),
		"faults": verb(sure(func(struct{}) []Fault { return s.Faults() })),
		// what the app did
		"messages": verb(sure(s.Messages)), "posts": verb(sure(s.Posts)), "responses": verb(sure(s.Responses)),
		"calls": verb(sure(s.Calls)), "forget": verb(done(func(struct{}) { s.ForgetMessages() })),
		"home": verb(found(s.Home)), "modal": verb(found(s.Modal)), "view": verb(found(s.View)), "opened": verb(found(s.Opened)),
		// what people do
		"act": verb(s.perform), "redeliver": verb(sure(s.Redeliver)),
		"event": verb(sure(func(in news) Outcome { return s.Event(in.Team, in.Event) })),
	} {
		mux.HandleFunc("POST /control/"+name, serve)
	}
}

func (s *Server) snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := State{Messages: map[string][]Message{}, Calls: append([]Call{}, s.calls...), Sockets: len(s.sockets), Complaints: append([]string{}, s.complaints...)}
	for _, t := range sorted(s.teams) {
		c := *t
		out.Teams = append(out.Teams, &c)
	}
	for _, u := range sorted(s.users) {
		c := *u
		out.Users = append(out.Users, &c)
	}
	for _, ch := range sorted(s.channels) {
		c := s.channelCopy(ch)
		out.Channels = append(out.Channels, &c)
	}
	for _, t := range sorted(s.tokens) {
		c := *t
		out.Tokens = append(out.Tokens, &c)
	}
	for _, v := range sorted(s.views) {
		c := v.copy()
		out.Views = append(out.Views, &c)
	}
	for channel, messages := range s.messages {
		out.Messages[channel] = copies(messages, func(*Message) bool { return true })
	}
	for _, f := range s.faults {
		out.Faults = append(out.Faults, f.Fault)
	}
	return out
}

// Deed is what a person does, for the verb act; Do says what, and which other fields
// count.
type Deed struct {
	User string `json:"user"`

	// Do is command (Channel, Name, Text), shortcut (Name), message_shortcut
	// (Channel, TS, Name), say (Channel, Thread, Text), press, select and
	// suggest (View or Channel and TS; Action, Text), submit (View, Values),
	// close (View), home (Name: the tab), pane (Channel), invite or join
	// (Channel).
	Do      string              `json:"do"`
	Channel string              `json:"channel,omitempty"`
	TS      string              `json:"ts,omitempty"`
	Thread  string              `json:"thread,omitempty"`
	View    string              `json:"view,omitempty"`
	Name    string              `json:"name,omitempty"`
	Text    string              `json:"text,omitempty"`
	Action  Action              `json:"action"`
	Values  map[string][]string `json:"values,omitempty"`
}

// perform has a person do something, and says what came of each thing the app was sent.
func (s *Server) perform(d Deed) ([]Outcome, error) {
	if _, ok := s.User(d.User); !ok {
		return nil, fmt.Errorf("nobody is %q", d.User)
	}
	p := s.As(d.User)
	message := Message{Channel: d.Channel, TS: d.TS}
	var on Surface = message
	if d.View != "" {
		on = View{ID: d.View}
	}
	switch d.Do {
	case "command":
		return []Outcome{p.Command(d.Channel, d.Name, d.Text)}, nil
	case "shortcut":
		return []Outcome{p.Shortcut(d.Name)}, nil
	case "message_shortcut":
		return []Outcome{p.MessageShortcut(message, d.Name)}, nil
	case "say":
		_, out := p.SayIn(d.Channel, d.Thread, d.Text)
		return out, nil
	case "press", "select":
		return []Outcome{p.Act(on, d.Action)}, nil
	case "suggest":
		return []Outcome{p.Suggest(on, d.Action.ID, d.Text)}, nil
	case "submit":
		return []Outcome{p.Submit(View{ID: d.View}, d.Values)}, nil
	case "close":
		return []Outcome{p.Close(View{ID: d.View}, false)}, nil
	case "home":
		return p.OpenHome(orElse(d.Name, "home")), nil
	case "pane":
		_, out := p.OpenPane(d.Channel)
		return out, nil
	case "invite":
		return p.Invite(d.Channel), nil
	case "join":
		return p.Join(d.Channel), nil
	}
	return nil, fmt.Errorf("nobody can do %q", d.Do)
}
