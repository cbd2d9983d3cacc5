package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"archbot/adapters/terminal"
	"archbot/internal/bot"
	"archbot/internal/config"
	"archbot/internal/digest"
)

// Program is archbot as a command line: a method for each subcommand. An error
// that one returns goes to Exit, which says it and knows the exit status.
type Program struct {
	In       io.Reader
	Out, Err io.Writer
	Environ  []string // as os.Environ gives it

	flags    *pflag.FlagSet
	explain  bool          // replies say how each word was found
	patience time.Duration // as in Options
	policy   digest.Policy // likewise
}

// NewProgram returns the Program on this process's streams and environment.
func NewProgram() *Program {
	return &Program{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ()}
}

// AddFlags declares the flags of all settings on fs, and reads them from there
// when a subcommand runs.
func (p *Program) AddFlags(fs *pflag.FlagSet) {
	config.AddFlags(fs)
	p.flags = fs
}

// Search answers one query. Words are joined as if typed with spaces.
func (p *Program) Search(ctx context.Context, words []string, o SearchOptions) error {
	p.explain = o.Explain
	return p.answer(ctx, "search", words, o.Options, o.JSON)
}

// SearchOptions are the flags of a search.
type SearchOptions struct {
	Options bot.Options
	JSON    bool
	Explain bool // say how each word was found
}

// OptionFlags declares a flag on fs for each option of a command of the bot but the
// one that is the arguments, and those named, and returns what reads those that were
// given.
func OptionFlags(fs *pflag.FlagSet, command string, without ...string) func() bot.Options {
	values := make(map[string]*string)
	for _, c := range bot.Commands() {
		c, ok := c.At(command)
		if !ok {
			continue
		}
		for _, o := range c.Options {
			if !o.Rest && !o.Social && !slices.Contains(without, o.Name) {
				values[o.Name] = fs.String(o.Name, o.Default, o.Help)
			}
		}
	}
	return func() bot.Options {
		given := make(bot.Options)
		for name, value := range values {
			if fs.Changed(name) {
				given[name] = *value
			}
		}
		return given
	}
}

// Topics shows the tree's top, or one topic.
func (p *Program) Topics(ctx context.Context, words []string, asJSON bool) error {
	return p.answer(ctx, "topics", words, bot.Options{}, asJSON)
}

// Chat talks until the input ends or somebody leaves.
func (p *Program) Chat(ctx context.Context) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	logs := terminal.NewLogs(p.Err)
	a, err := New(Options{Settings: settings, Logs: logs, Watch: true, Alone: true, Keep: KeepStateOrMemory, patience: p.patience})
	if err != nil {
		return failed(ctx, err)
	}
	err = a.Run(ctx, func(ctx context.Context) error {
		view := func() terminal.View { return p.view(p.Out, settings, "") }
		posted := new(bytes.Buffer)
		a.Senders.Add(string(terminal.Platform), &terminal.Digests{Edition: a.Bot.Edition, Out: posted, View: view})
		chat := terminal.Chat{
			Bot: a.Bot, In: p.In, Out: p.Out, Logs: logs, Getenv: p.getenv, User: p.user(), Zone: p.zone(), Posted: posted, View: view,
		}
		return chat.Run(ctx)
	})
	return failed(ctx, err)
}

// answer carries out one command of the bot and prints its reply.
func (p *Program) answer(ctx context.Context, command string, words []string, o bot.Options, asJSON bool) error {
	var reply bot.Reply
	var settings config.Settings
	err := p.once(ctx, KeepNothing, func(ctx context.Context, a *App) error {
		settings = a.options.Settings
		reply = a.Bot.Handle(ctx, bot.Request{
			Platform: terminal.Platform, Surface: bot.SurfaceCommand,
			Command: command, Text: strings.Join(words, " "), Options: o,
		})
		return nil
	})
	if err != nil {
		return err
	}
	return p.show(reply, settings, asJSON)
}

// once does work with an App that has loaded the lists, and takes it down.
func (p *Program) once(ctx context.Context, keep Keeping, work func(context.Context, *App) error) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	a, err := New(Options{Settings: settings, Logs: p.Err, Alone: true, Keep: keep})
	if err != nil {
		return failed(ctx, err)
	}
	return failed(ctx, a.Run(ctx, func(ctx context.Context) error { return work(ctx, a) }))
}

// shellPrefix stands before the bot's commands where they are typed into a shell.
const shellPrefix = "archbot "

// show prints a reply: an answer on standard output, a complaint on standard
// error.
func (p *Program) show(reply bot.Reply, settings config.Settings, asJSON bool) error {
	if reply.Kind.Complaint() {
		fmt.Fprint(p.Err, "archbot: "+terminal.Render(p.view(p.Err, settings, shellPrefix), reply))
		return said(statusUsage)
	}
	if err := p.print(reply, settings, asJSON); err != nil {
		return &Error{Status: statusUsage, Err: err}
	}
	if reply.Kind == bot.Nothing || reply.Kind == bot.Choice {
		return said(statusNothing)
	}
	return nil
}

func (p *Program) print(reply bot.Reply, settings config.Settings, asJSON bool) error {
	if asJSON {
		return terminal.JSON(p.Out, reply)
	}
	_, err := io.WriteString(p.Out, terminal.Render(p.view(p.Out, settings, shellPrefix), reply))
	return err
}

// settings reads the settings, warns of what it does not know, and fails with
// status 2 when one is wrong.
func (p *Program) settings() (config.Settings, error) {
	settings, warnings, err := config.Load(p.Environ, p.flags)
	for _, w := range warnings {
		fmt.Fprintln(p.Err, "archbot: "+terminal.Clean(w))
	}
	if err != nil {
		return settings, &Error{Status: statusUsage, Err: err, Hint: "archbot --help lists all settings."}
	}
	return settings, nil
}

// view says how to show things on out.
func (p *Program) view(out io.Writer, settings config.Settings, prefix string) terminal.View {
	v := terminal.Detect(out, p.getenv, terminal.ColorMode(settings.Color))
	v.Prefix, v.Explain = prefix, p.explain
	return v
}

// user is who sits at the terminal, by their name on this machine.
func (p *Program) user() bot.UserID {
	return bot.UserID(cmp.Or(p.getenv("USER"), p.getenv("LOGNAME"), p.getenv("USERNAME"), "me"))
}

// getenv reads the Program's own environment; the last setting of a name counts.
func (p *Program) getenv(name string) string {
	value := ""
	for _, v := range p.Environ {
		if n, set, _ := strings.Cut(v, "="); n == name {
			value = set
		}
	}
	return value
}
