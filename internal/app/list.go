package app

import (
	"context"
	"fmt"
	"io"
	"slices"

	"archbot/adapters/terminal"
	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/config"
	"archbot/internal/search"
	"archbot/internal/source"
	"archbot/internal/vocabulary"
)

// stdin is the name under which a list on standard input is read and shown.
const stdin = "-"

// DumpList shows what the bot sees in a list: a file, a URL, "-" for standard
// input, or the lists of the settings when the name is empty.
func (p *Program) DumpList(ctx context.Context, name string, asJSON bool) error {
	settings, list, err := p.list(ctx, name)
	if err != nil {
		return err
	}
	if asJSON {
		err = terminal.Encode(p.Out, list)
	} else {
		_, err = io.WriteString(p.Out, terminal.Outline(p.view(p.Out, settings, shellPrefix), list))
	}
	return failed(ctx, err)
}

// CheckList says what is wrong with a list and fails when there are errors;
// warnings are no failure. The name is as for DumpList.
func (p *Program) CheckList(ctx context.Context, name string, asJSON bool) error {
	settings, list, err := p.list(ctx, name)
	if err != nil {
		return err
	}
	if name == "" && slices.Equal(settings.Lists, []string{source.Embedded}) {
		list.Problems = append(slices.Clone(list.Problems), vocabularyProblems(list)...)
	}
	report := terminal.NewCheckReport(list)
	if asJSON {
		err = terminal.Encode(p.Out, report)
	} else {
		_, err = io.WriteString(p.Out, terminal.Check(p.view(p.Out, settings, shellPrefix), list))
	}
	if err != nil {
		return failed(ctx, err)
	}
	if report.Errors > 0 {
		return said(statusNothing)
	}
	return nil
}

// vocabularyProblems are what is wrong with the terms and the talk that come
// along, beside the list that they were written for.
func vocabularyProblems(list *catalog.Catalog) []catalog.Problem {
	index := search.New(list)
	resolve := func(name string) (ids []string) {
		for _, t := range index.Find(name) {
			ids = append(ids, string(t.ID))
		}
		return ids
	}
	terms, wrong := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, more := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	wrong = slices.Concat(wrong, more, terms.Check(resolve), talk.Check(resolve))
	problems := make([]catalog.Problem, 0, len(wrong))
	for _, p := range wrong {
		problems = append(problems, catalog.Problem{
			Severity: catalog.Error, Code: "vocabulary", List: p.File, Line: p.Line, Message: p.Message, Fix: p.Fix,
		})
	}
	return problems
}

// list reads the settings and the list of that name.
func (p *Program) list(ctx context.Context, name string) (config.Settings, *catalog.Catalog, error) {
	settings, err := p.settings()
	if err != nil {
		return settings, nil, err
	}
	var list *catalog.Catalog
	switch name {
	case stdin:
		list, err = readList(p.In)
	case "":
		list, err = loadList(ctx, settings, settings.Lists)
	default:
		list, err = loadList(ctx, settings, []string{name})
	}
	return settings, list, failed(ctx, err)
}

func loadList(ctx context.Context, settings config.Settings, names []string) (*catalog.Catalog, error) {
	loader, err := source.New(source.Config{
		Lists: names, AllowPrivate: settings.AllowPrivate, UserAgent: "archbot/" + Version(),
	})
	if err != nil {
		return nil, err
	}
	if err := loader.Load(ctx); err != nil {
		return nil, err
	}
	return loader.Current().Catalog, nil
}

// readList reads a list that can be read only once, which is nothing for a
// source.Loader.
func readList(r io.Reader) (*catalog.Catalog, error) {
	src, err := io.ReadAll(io.LimitReader(r, catalog.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return catalog.Parse(src, catalog.Options{Name: "standard input"})
}
