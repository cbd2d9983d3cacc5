package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"archbot/adapters/terminal"
	"archbot/internal/bot"
	"archbot/internal/catalog"
	"archbot/internal/eval"
)

// measured is how many topics an answer has when it is measured: further down
// nobody looks.
const measured = 10

// errBot stands for an apology of the bot, whose cause is in the log.
var errBot = errors.New("the bot failed; the log says why")

// Eval answers queries, or the turns of dialogues, a JSON object a line, until
// the input ends. Lines that are none are answered too and are no failure.
func (p *Program) Eval(ctx context.Context, dialogues bool) error {
	return p.once(ctx, KeepMemory, func(ctx context.Context, a *App) error {
		b := a.measurable()
		if dialogues {
			return eval.Dialogues(ctx, p.In, p.Out, b.Converse)
		}
		return eval.Queries(ctx, p.In, p.Out, b.Search)
	})
}

// Score asks everything in a labelled file, "-" for standard input, and prints
// how many of the answers are right; with cases, what came of each one as well.
func (p *Program) Score(ctx context.Context, file string, cases bool) error {
	return p.once(ctx, KeepMemory, func(ctx context.Context, a *App) error {
		set, name := p.In, "standard input"
		if file != stdin {
			f, err := os.Open(file)
			if err != nil {
				return err
			}
			defer f.Close()
			set, name = f, file
		}
		list := a.Current().Index.Catalog()
		report, err := eval.Measure(ctx, set, name, a.measurable(), func(id string) bool {
			_, ok := list.Topic(catalog.TopicID(id))
			return ok
		})
		if err != nil {
			return err
		}
		for _, id := range report.Unknown {
			fmt.Fprintln(p.Err, "archbot: the list has no topic "+terminal.Clean(id)+", which a label names")
		}
		text := report.Table
		if cases {
			text += "\n" + report.Cases
		}
		_, err = io.WriteString(p.Out, text)
		return err
	})
}

// measurable is the App's bot as eval asks it: as a platform would.
func (a *App) measurable() eval.Bot {
	return eval.Bot{Search: a.evalSearch, Converse: a.evalConverse}
}

func (a *App) evalSearch(ctx context.Context, q eval.Query) (eval.Answer, error) {
	r := bot.Request{Surface: bot.SurfaceDirect, Text: q.Text, Limit: measured}
	if q.Surface == eval.OnSearch {
		r.Surface, r.Command = bot.SurfaceCommand, "search"
	}
	return evalAnswer(a.Bot.Handle(ctx, r))
}

// evalConverse is one message in a conversation of its own with somebody of its own.
func (a *App) evalConverse(ctx context.Context, t eval.Turn) (eval.TurnAnswer, error) {
	reply := a.Bot.Handle(ctx, bot.Request{
		Surface: bot.SurfaceDirect, Text: t.Message, Limit: measured,
		Channel: bot.ChannelID("eval/" + t.Dialogue), User: bot.UserID("eval/" + t.Dialogue),
	})
	answer, err := evalAnswer(reply)
	turn := eval.TurnAnswer{Answer: answer, Kind: eval.Any, Page: max(1, reply.Page), Level: eval.Any}
	if k := reply.Filter.Kind; k != "" {
		turn.Kind = string(k)
	}
	if l := reply.Filter.Level; l != "" {
		turn.Level = evalLevel(l)
	}
	return turn, err
}

// evalLevel is a level as labelled dialogues call it.
func evalLevel(l catalog.Level) string {
	if l == catalog.Intro {
		return "beginner"
	}
	return string(l)
}

// evalAnswer takes what was found out of a reply. What is shown for another
// reason, such as the top of the tree, was not found.
func evalAnswer(r bot.Reply) (eval.Answer, error) {
	var a eval.Answer
	switch r.Kind {
	case bot.Failure:
		return a, errBot
	case bot.Found, bot.Place, bot.Choice:
	default:
		return a, nil
	}
	for _, t := range slices.Concat(r.Topics, r.Related) {
		a.Topics = append(a.Topics, eval.Topic{ID: string(t.ID), Score: t.Score})
	}
	for _, res := range r.Resources {
		a.Resources = append(a.Resources, eval.Resource{
			Title: res.Title, URL: res.URL, Kind: string(res.Kind), Topic: string(res.Topic),
		})
	}
	return a, nil
}
