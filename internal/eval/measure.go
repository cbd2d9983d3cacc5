package eval

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Bot is what is measured.
type Bot struct {
	Search   Search
	Converse Converse
}

// Report is how well a bot did on a labelled set.
type Report struct {
	Table   string   // the measures
	Cases   string   // a line for each query or turn
	Unknown []string // topics that labels name, sorted; see Measure
}

// Measure asks bot everything in a labelled set, a table of tab-separated values
// that errors call name, and compares what it answers with the labels. A table
// with a column did holds dialogues, any other one queries. Report.Unknown are
// the labels' topics that isTopic says no to: nobody can answer with those.
//
// The error says what is wrong with the set and in which line, or is the first
// one of bot's, or ctx's cause when it is done.
func Measure(ctx context.Context, set io.Reader, name string, bot Bot, isTopic func(id string) bool) (Report, error) {
	t, err := readTable(ctx, set, name)
	if err != nil {
		return Report{}, err
	}
	if t.has("did") {
		return measureDialogues(ctx, t, bot.Converse, isTopic)
	}
	return measureQueries(ctx, t, bot.Search, isTopic)
}

func measureQueries(ctx context.Context, t table, search Search, isTopic func(string) bool) (Report, error) {
	set, err := queriesOf(t)
	if err != nil {
		return Report{}, err
	}
	unknown := make(map[string]bool)
	outcomes := make([]outcome, len(set))
	for i, q := range set {
		a, err := search(ctx, q.query)
		if err := stopped(ctx, err); err != nil {
			return Report{}, fmt.Errorf("%s: %w", q.id, err)
		}
		outcomes[i] = judge(q, a.Topics)
		note(unknown, q.want, isTopic)
	}
	return Report{report(outcomes), ranks(outcomes), slices.Sorted(maps.Keys(unknown))}, nil
}

func measureDialogues(ctx context.Context, t table, converse Converse, isTopic func(string) bool) (Report, error) {
	steps, err := stepsOf(t)
	if err != nil {
		return Report{}, err
	}
	unknown := make(map[string]bool)
	outcomes := make([]stepOutcome, len(steps))
	for i, s := range steps {
		a, err := converse(ctx, s.turn)
		if err := stopped(ctx, err); err != nil {
			return Report{}, fmt.Errorf("%s.%d: %w", s.turn.Dialogue, s.number, err)
		}
		outcomes[i] = judgeStep(s, a)
		note(unknown, s.want, isTopic)
	}
	return Report{reportSteps(outcomes), verdicts(outcomes), slices.Sorted(maps.Keys(unknown))}, nil
}

// stopped is why to stop: ctx's cause before whatever that led to.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// note writes down the topics that a label names and the list does not have.
func note(unknown map[string]bool, want grades, isTopic func(string) bool) {
	for id := range want {
		if !isTopic(id) {
			unknown[id] = true
		}
	}
}
