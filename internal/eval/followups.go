package eval

import (
	"errors"
	"fmt"
	"strconv"
)

// step is a labelled turn of a dialogue.
type step struct {
	turn   Turn
	number int
	action string // what the message does: new, more, filter, …
	want   grades // none: the turn asks for nothing on the list
	kind   string
	page   int
	level  string
}

// stepsOf reads labelled dialogues.
func stepsOf(t table) ([]step, error) {
	if err := t.needs("did", "turn", "action", "message", "relevant", "kind", "page", "level"); err != nil {
		return nil, err
	}
	type place struct {
		dialogue string
		number   int
	}
	known := make(map[place]bool)
	var steps []step
	for _, r := range t.rows {
		s, err := stepOf(r)
		if err == nil && known[place{s.turn.Dialogue, s.number}] {
			err = errors.New("this turn is there twice")
		}
		if err != nil {
			return nil, t.fault(r.line, err)
		}
		known[place{s.turn.Dialogue, s.number}] = true
		steps = append(steps, s)
	}
	return steps, nil
}

func stepOf(r row) (s step, err error) {
	s = step{
		turn:   Turn{Dialogue: r.values["did"], Message: r.values["message"]},
		action: r.values["action"], kind: r.values["kind"], level: r.values["level"],
	}
	if s.number, err = strconv.Atoi(r.values["turn"]); err != nil {
		return s, fmt.Errorf("the turn is %q: it must be a number", r.values["turn"])
	}
	if s.want, err = parseGrades(r.values["relevant"]); err != nil || len(s.want) == 0 {
		return s, err
	}
	if s.page, err = strconv.Atoi(r.values["page"]); err != nil {
		return s, fmt.Errorf("the page is %q: it must be a number", r.values["page"])
	}
	return s, nil
}

// stepOutcome is what came of one turn.
type stepOutcome struct {
	step
	got TurnAnswer

	topicOK, kindOK, pageOK, levelOK bool
}

// joint tells whether all that counts is right; the level does not.
func (o stepOutcome) joint() bool { return o.topicOK && o.kindOK && o.pageOK }

// judgeStep compares an answer with the label. Of a turn that asks for nothing
// only the silence counts.
func judgeStep(s step, a TurnAnswer) stepOutcome {
	if len(s.want) == 0 {
		return stepOutcome{step: s, got: a, topicOK: len(a.Topics) == 0, kindOK: true, pageOK: true, levelOK: true}
	}
	return stepOutcome{
		step: s, got: a,
		topicOK: len(a.Topics) > 0 && s.want[a.Topics[0].ID] >= right,
		kindOK:  a.Kind == s.kind, pageOK: a.Page == s.page, levelOK: a.Level == s.level,
	}
}
