package slackfake

import (
	"encoding/json"
	"maps"
)

// View is a modal or a Home tab as the fake has it.
type View struct {
	ID         string          `json:"id"`
	Team       string          `json:"team"`
	User       string          `json:"user"` // who sees it
	Type       string          `json:"type"` // "modal" or "home"
	CallbackID string          `json:"callback_id,omitempty"`
	ExternalID string          `json:"external_id,omitempty"`
	Private    string          `json:"private_metadata,omitempty"`
	Title      string          `json:"title,omitempty"`
	Hash       string          `json:"hash"`
	Blocks     json.RawMessage `json:"blocks"` // as they were sent
	Root       string          `json:"root"`
	Previous   string          `json:"previous,omitempty"`
	Trigger    string          `json:"trigger,omitempty"` // what opened or pushed it
	Closed     bool            `json:"closed,omitempty"`
	Updates    int             `json:"updates,omitempty"`

	Mentions   []string `json:"mentions,omitempty"`
	MayMention []string `json:"may_mention,omitempty"`

	sent   map[string]any // what the app sent, decoded
	filled []any          // its blocks with the ids that Slack makes up
	chosen map[string]any // by block_id and action_id: what the person put in
}

func (v *View) copy() View {
	out := *v
	out.chosen = maps.Clone(v.chosen)
	return out
}

// wire is the view as Slack shows it in answers and payloads.
func (s *Server) wireView(v *View) object {
	out := object{
		"id": v.ID, "team_id": v.Team, "type": v.Type, "blocks": v.filled, "private_metadata": v.Private,
		"callback_id": v.CallbackID, "external_id": v.ExternalID, "hash": v.Hash, "root_view_id": v.Root,
		"previous_view_id": nil, "app_id": s.AppID, "bot_id": s.teams[v.Team].BotID, "app_installed_team_id": v.Team,
		"title": v.sent["title"], "close": v.sent["close"], "submit": v.sent["submit"],
		"clear_on_close": v.sent["clear_on_close"] == true, "notify_on_close": v.sent["notify_on_close"] == true,
		"state": object{"values": stateValues(v.filled, v.chosen)},
	}
	if v.Previous != "" {
		out["previous_view_id"] = v.Previous
	}
	return out
}

// View returns the view of that id; ok is false where there is none.
func (s *Server) View(id string) (v View, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.views[id]; p != nil {
		return p.copy(), true
	}
	return View{}, false
}

// Modal returns the modal that somebody has open, the topmost one; ok is false where
// there is none.
func (s *Server) Modal(user string) (v View, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stack := s.stacks[user]; len(stack) > 0 {
		return s.views[stack[len(stack)-1]].copy(), true
	}
	return View{}, false
}

// Modals returns the stack of modals that somebody has open, the topmost last.
func (s *Server) Modals(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, id := range s.stacks[user] {
		out = append(out, s.views[id].copy())
	}
	return out
}

// Home returns what somebody's Home tab shows; ok is false where nothing was
// published yet.
func (s *Server) Home(user string) (v View, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id := s.homes[user]; id != "" {
		return s.views[id].copy(), true
	}
	return View{}, false
}

// Opened returns the view that was opened or pushed with a trigger; ok is false
// where none was.
func (s *Server) Opened(trigger string) (v View, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.views {
		if v.Trigger == trigger {
			return v.copy(), true
		}
	}
	return View{}, false
}
