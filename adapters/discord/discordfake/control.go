package discordfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// order is what another process has the server do, in JSON at /control/WORD. What a
// word takes is said beside it in orders.
type order struct {
	By
	Name    string            `json:"name"`
	Sub     string            `json:"sub"`
	Options map[string]any    `json:"options"`
	Focus   string            `json:"focus"`
	Message string            `json:"message"`
	Target  string            `json:"target"`
	Text    string            `json:"text"`
	Values  map[string]string `json:"values"`
	Of      string            `json:"interaction"` // its token
	URL     string            `json:"url"`
	Code    int               `json:"code"`
	On      bool              `json:"on"`
	Fault   Fault             `json:"fault"`
}

// orders are the words of the control API.
var orders = map[string]func(*Server, *http.Request, order) (any, error){
	"info": func(s *Server, _ *http.Request, _ order) (any, error) {
		identified, resumed := s.Sessions()
		return map[string]any{
			"url": s.URL(), "token": s.Token(), "public_key": s.PublicKey(), "application": s.app,
			"identified": identified, "resumed": resumed, "connected": s.Connected(), "invalid": s.Invalid(),
		}, nil
	},
	"guild": func(s *Server, _ *http.Request, o order) (any, error) { // name
		guild, channel := s.AddGuild(o.Name)
		return map[string]string{"guild": guild, "channel": channel}, nil
	},
	"channel": func(s *Server, _ *http.Request, o order) (any, error) { // guild, name
		return s.AddChannel(o.Guild, o.Name), nil
	},
	"user": func(s *Server, _ *http.Request, o order) (any, error) { return s.AddUser(o.Name), nil }, // name
	"command": func(s *Server, r *http.Request, o order) (any, error) { // name, sub, options
		return s.told(r, func() (*Interaction, error) { return s.Command(o.By, o.Name, o.Sub, o.Options) })
	},
	"autocomplete": func(s *Server, r *http.Request, o order) (any, error) { // name, sub, options, focus
		return s.Autocomplete(r.Context(), o.By, o.Name, o.Sub, o.Options, o.Focus)
	},
	"press": func(s *Server, r *http.Request, o order) (any, error) { // message, name of the button
		return s.told(r, func() (*Interaction, error) { return s.Press(o.By, o.Message, o.Name) })
	},
	"select": func(s *Server, r *http.Request, o order) (any, error) { // message, name of the choice
		return s.told(r, func() (*Interaction, error) { return s.Select(o.By, o.Message, o.Name) })
	},
	"modal": func(s *Server, r *http.Request, o order) (any, error) { // interaction, values
		s.mu.Lock()
		i := s.interactions[o.Of]
		s.mu.Unlock()
		if i == nil {
			return nil, fmt.Errorf("there is no interaction %q", o.Of)
		}
		return s.told(r, func() (*Interaction, error) { return s.SubmitModal(i, o.Values) })
	},
	"message-menu": func(s *Server, r *http.Request, o order) (any, error) { // name, message
		return s.told(r, func() (*Interaction, error) { return s.MessageMenu(o.By, o.Name, o.Message) })
	},
	"user-menu": func(s *Server, r *http.Request, o order) (any, error) { // name, target
		return s.told(r, func() (*Interaction, error) { return s.UserMenu(o.By, o.Name, o.Target) })
	},
	"say":     func(s *Server, _ *http.Request, o order) (any, error) { return s.Say(o.By, o.Text) },     // text
	"mention": func(s *Server, _ *http.Request, o order) (any, error) { return s.Mention(o.By, o.Text) }, // text
	"direct":  func(s *Server, _ *http.Request, o order) (any, error) { return s.DirectMessage(o.User, o.Text) },
	"messages": func(s *Server, _ *http.Request, o order) (any, error) { // channel, user
		return s.Messages(o.Channel, o.User), nil
	},
	"posts":    func(s *Server, _ *http.Request, o order) (any, error) { return s.Posts(o.Message), nil }, // message
	"requests": func(s *Server, _ *http.Request, _ order) (any, error) { return s.Requests(), nil },
	"fail":     func(s *Server, _ *http.Request, o order) (any, error) { s.Fail(o.Fault); return true, nil },
	"faults":   func(s *Server, _ *http.Request, _ order) (any, error) { return s.Faults(), nil },
	"heal":     func(s *Server, _ *http.Request, _ order) (any, error) { s.Heal(); return true, nil },
	"drop":     func(s *Server, _ *http.Request, o order) (any, error) { s.Drop(o.Code); return true, nil },
	"reconnect": func(s *Server, _ *http.Request, _ order) (any, error) {
		s.Reconnect()
		return true, nil
	},
	"invalidate": func(s *Server, _ *http.Request, o order) (any, error) { s.Invalidate(o.On); return true, nil },
	"deafen":     func(s *Server, _ *http.Request, _ order) (any, error) { s.Deafen(); return true, nil },
	"silence":    func(s *Server, _ *http.Request, o order) (any, error) { s.Silence(o.On); return true, nil },
	"endpoint": func(s *Server, r *http.Request, o order) (any, error) { // url
		return true, s.SetEndpoint(r.Context(), o.URL)
	},
}

// told does something and tells what came of it: the type of the answer, its data, and
// the message that is shown for it.
func (s *Server) told(r *http.Request, do func() (*Interaction, error)) (any, error) {
	i, err := do()
	if err != nil {
		return nil, err
	}
	kind, data, err := i.Answer(r.Context())
	if err != nil {
		return nil, err
	}
	out := map[string]any{"interaction": i.Token, "type": kind, "data": data}
	if kind == answerChoices || kind == answerModal {
		return out, nil
	}
	out["message"], err = i.Shown(r.Context())
	return out, err
}

// control answers other processes: 200 with what came of an order, 422 with an error.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	do, ok := orders[strings.TrimPrefix(r.URL.Path, "/control/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	var o order
	if r.ContentLength != 0 {
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	for name, v := range o.Options {
		if n, ok := v.(float64); ok {
			o.Options[name] = int(n)
		}
	}
	answer, err := do(s, r, o)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		answer = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(answer) // who has left needs no answer
}
