package slackfake

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Submit fills a modal in and submits it. The values are keyed by the action_id or the
// block_id of an input: text, options' values, ids. What is not named keeps what it
// holds. What Slack's client refuses by itself, such as an empty input that is required,
// is not sent: Failure is "not_sent" and Errors say where.
func (p Person) Submit(v View, values map[string][]string) Outcome {
	s := p.s
	s.mu.Lock()
	on, err := p.look(v)
	if err == nil && on.view.sent["submit"] == nil {
		err = fmt.Errorf("the view %s has no submit button", v.ID)
	}
	if err == nil {
		err = p.fill(on, values)
	}
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	if wrong := incomplete(on.view); len(wrong) > 0 {
		s.mu.Unlock()
		out := notSent("the form is not complete")
		out.Errors = wrong
		return out
	}
	out := s.interactionParcel(p, on, "view_submission")
	delete(out.payload, "container")
	out.payload["response_urls"] = []any{}
	out.answers = true
	s.mu.Unlock()
	return s.send(out)
}

// fill puts values into the inputs of a view.
func (p Person) fill(on seen, values map[string][]string) error {
	left := map[string]bool{}
	for key := range values {
		left[key] = true
	}
	for _, b := range on.blocks {
		block, _ := b.(map[string]any)
		blockID, _ := block["block_id"].(string)
		for _, e := range elementsOf(block) {
			actionID, _ := e["action_id"].(string)
			key := actionID
			if _, ok := values[key]; !ok && block["type"] == "input" {
				key = blockID
			}
			chosen, ok := values[key]
			if !ok {
				continue
			}
			state, err := p.s.choose(e, chosen, p.offerKey(on.view, actionID))
			if err != nil {
				return err
			}
			on.note(blockID+" "+actionID, state)
			delete(left, key)
		}
	}
	for key := range left {
		return fmt.Errorf("the view has no input %q", key)
	}
	return nil
}

// incomplete says by block_id what Slack's client would not send.
func incomplete(v *View) map[string]string {
	wrong := map[string]string{}
	state := stateValues(v.filled, v.chosen)
	for _, b := range v.filled {
		block, _ := b.(map[string]any)
		if block["type"] != "input" {
			continue
		}
		id, _ := block["block_id"].(string)
		e, _ := block["element"].(map[string]any)
		actionID, _ := e["action_id"].(string)
		values, _ := state[id].(object)
		held, _ := values[actionID].(map[string]any)
		if problem := amiss(e, held, block["optional"] == true); problem != "" {
			wrong[id] = problem
		}
	}
	return wrong
}

func amiss(e, held map[string]any, optional bool) string {
	kind, _ := e["type"].(string)
	value := held[stateKeys[kind].key]
	text, isText := value.(string)
	if value == nil || isText && strings.TrimSpace(text) == "" || string(compact(value)) == "[]" {
		if optional {
			return ""
		}
		return "Please complete this required field."
	}
	if !isText {
		return ""
	}
	n := float64(utf8.RuneCountInString(text))
	least, hasLeast := amount(e["min_length"])
	most, hasMost := amount(e["max_length"])
	switch {
	case hasLeast && n < least:
		return fmt.Sprintf("Must be at least %v characters.", least)
	case hasMost && n > most, n > maxInput:
		return "Must be shorter."
	case kind == "number_input" && !decimal.MatchString(text):
		return "Please enter a number."
	case kind == "url_text_input" && !isURL(text):
		return "Please enter a valid URL."
	case kind == "email_text_input" && !isMail(text):
		return "Please enter a valid email address."
	}
	return ""
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Host != ""
}

func isMail(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil
}

// readSubmissionAnswer does what the app answers to a submission: nothing closes the
// modal, response_action says otherwise.
func (s *Server) readSubmissionAnswer(p *parcel, r *reply, out *Outcome) {
	v := s.views[p.view]
	if v == nil || v.Closed {
		return // nothing is left to show an answer in
	}
	a, ok := answerObject(r, out)
	if !ok {
		if out.Failure == "" {
			s.closeTop(p.user)
			s.onTop(p.user, out)
		}
		return
	}
	switch a.str("response_action") {
	case "clear":
		s.closeModals(p.user)
	case "errors":
		s.showErrors(v, a, out)
	case "update", "push":
		s.showNext(v, p, a, out)
	case "":
		if len(a) > 0 {
			out.Failure, out.Problems = "bad_response", []string{"missing required field: response_action"}
			return
		}
		s.closeTop(p.user)
	default:
		out.Failure, out.Problems = "bad_response", []string{"an unknown response_action"}
	}
	s.onTop(p.user, out)
}

// onTop notes which modal is on top now.
func (s *Server) onTop(user string, out *Outcome) {
	if stack := s.stacks[user]; len(stack) > 0 {
		v := s.views[stack[len(stack)-1]].copy()
		out.View = &v
	}
}

// showErrors shows errors at their inputs; a block that is none breaks the form, as
// slack-go documents of Slack.
func (s *Server) showErrors(v *View, a args, out *Outcome) {
	given, _ := a["errors"].(map[string]any)
	if len(given) == 0 {
		out.Failure, out.Problems = "bad_response", []string{"no errors"}
		return
	}
	out.Errors = map[string]string{}
	for id, text := range given {
		message, isText := text.(string)
		if !isText || message == "" || !isInput(v, id) {
			out.Failure = "bad_response"
			out.Problems = append(out.Problems, "an error for "+id+", which is no input block, or without words")
			continue
		}
		out.Errors[id] = message
	}
}

func isInput(v *View, id string) bool {
	for _, b := range v.filled {
		block, _ := b.(map[string]any)
		if block["block_id"] == id {
			return block["type"] == "input"
		}
	}
	return false
}

// showNext shows the view that the app answers with, in place of the one submitted or
// on top of it.
func (s *Server) showNext(v *View, p *parcel, a args, out *Outcome) {
	next, problems := newView(a["view"], "modal")
	if problems != nil {
		out.Failure, out.Problems = "bad_response", problems
		return
	}
	next.Team = v.Team
	var refused *apiError
	if a.str("response_action") == "push" {
		next.Trigger = p.id
		refused = s.push(next, p.user)
	} else {
		refused = s.replace(v, next)
	}
	if refused != nil {
		out.Failure = refused.code
	}
}

// Close closes the topmost modal, or with all of them the whole stack. An app that
// asked for it (notify_on_close) is told.
func (p Person) Close(v View, all bool) Outcome {
	s := p.s
	s.mu.Lock()
	on, err := p.look(v)
	if err != nil {
		s.mu.Unlock()
		return notSent("%v", err)
	}
	out := s.interactionParcel(p, on, "view_closed")
	delete(out.payload, "container")
	delete(out.payload, "trigger_id")
	out.payload["is_cleared"] = all
	if all {
		s.closeModals(p.id)
	} else {
		s.closeTop(p.id)
	}
	s.touch()
	told := on.view.sent["notify_on_close"] == true
	s.mu.Unlock()
	if !told {
		return Outcome{ID: out.id}
	}
	return s.send(out)
}
