package slackfake

import (
	"io"
	"mime"
	"net/http"
	"time"
)

// responseURL is an address at which the app may answer five times within 30 minutes
// (https://docs.slack.dev/interactivity/handling-user-interaction). How Slack refuses is
// not documented: 404 with used_url or expired_url is what people report.
type responseURL struct {
	id       string
	parcel   parcel
	born     time.Time
	uses     int
	original *Message // what was pressed, if it was a message of the app
}

// newResponseURL makes an address; the lock must be held.
func (s *Server) newResponseURL(p *parcel, original *Message) string {
	r := &responseURL{id: secret("", 24), parcel: *p, born: s.Now(), original: original}
	s.replies[r.id] = r
	return s.URL + "/responses/" + r.id
}

// serveResponse takes an answer at a response_url.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	c := &call{method: "response_url", args: args{}}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/json" && err == nil {
		c.args, err = jsonArgs(body)
	} else if err == nil {
		err = io.ErrUnexpectedEOF
	}
	channel := s.responseChannel(r.PathValue("id"))
	if c.args == nil {
		c.args = args{}
	}
	c.args["channel"] = channel
	delete(c.args, "metadata") // clients send an empty one with every answer
	f := s.strike(c, "")
	if f != nil && !f.After && !s.faultBefore(w, r, f) {
		return
	}
	status, refusal := http.StatusBadRequest, "invalid_payload"
	if err == nil {
		status, refusal = s.respond(r.PathValue("id"), c)
	}
	s.record(Call{Method: c.method, Channel: channel, Error: refusal})
	if f != nil && f.After && !s.faultAfter(w, r, f) {
		return
	}
	if refusal != "" {
		answerStatus(w, status, object{"ok": false, "error": refusal})
		return
	}
	answer(w, object{"ok": true})
}

func (s *Server) responseChannel(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.replies[id]; u != nil {
		return u.parcel.channel
	}
	return ""
}

// respond does what an answer says; what is refused uses the address up all the same.
func (s *Server) respond(id string, c *call) (status int, refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	u := s.replies[id]
	switch {
	case u == nil:
		return http.StatusNotFound, "invalid_url"
	case s.Now().Sub(u.born) > responseLife:
		return http.StatusNotFound, "expired_url"
	case u.uses >= maxResponseUses:
		return http.StatusNotFound, "used_url"
	}
	u.uses++
	if c.flag("delete_original") {
		if u.original == nil {
			s.complain("delete_original where no message was pressed")
			return http.StatusNotFound, "message_not_found"
		}
		u.original.Gone = true
		return 0, ""
	}
	d, refused := c.readDraft()
	if refused == nil && d.empty() {
		refused = fail("no_text")
	}
	if refused != nil {
		return http.StatusBadRequest, refused.code
	}
	d.truncate()
	if c.flag("replace_original") {
		if u.original != nil && !u.original.Gone {
			m := u.original
			m.Text = d.text
			m.Edits++
			s.show(m, d)
			return 0, ""
		}
		s.complain("replace_original where there is no message to replace")
	}
	s.add(d, s.fromApp(&u.parcel, c.args, "response_url"))
	return 0, ""
}
