package slack

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"archbot/internal/bot"
)

// The pane is where Slack shows direct messages with an agent. There are two, and the
// manifest says which one the app has:
//
//   - in today's (AgentView, https://docs.slack.dev/ai/migrating-to-agent-messaging) each
//     message that somebody writes begins a thread, and app_home_opened says that the pane
//     is opened. Suggestions stand at its top: a call that names a thread as well would
//     come to nothing, and say ok;
//   - in the one before (AssistantView) a thread begins with assistant_thread_started, and
//     messages come in it. Suggestions are the thread's.
//
// What is answered, and how a conversation goes on, is the same as in any direct message.
// A workspace may have no pane, as it takes a plan that is paid for: Slack refuses the
// status there, and the answer is a plain direct message.

// How many workspaces and threads are remembered, and how long it is that a workspace
// has no pane.
const (
	maxPanes   = 4096
	paneMemory = time.Hour
)

// statusTime is how long an answer waits for the status to be shown, so that it does not
// come after the answer and stay.
const statusTime = 2 * time.Second

// thinking is what the status says, behind the bot's name.
const thinking = "is looking …"

// panes is what is known of panes.
type panes struct {
	there  *lru.Cache[bot.WorkspaceID, sighting] // whether a workspace has them
	titled *lru.Cache[place, struct{}]           // threads that have a title
}

type sighting struct {
	there bool
	at    time.Time
}

func newPanes() *panes {
	there, err := lru.New[bot.WorkspaceID, sighting](maxPanes)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	titled, err := lru.New[place, struct{}](maxPanes)
	if err != nil {
		panic(err)
	}
	return &panes{there, titled}
}

// pane is a thread of the pane while a message in it is answered. Its methods do nothing
// where there is none.
type pane struct {
	adapter *Adapter
	in      *installation
	at      place
	status  chan struct{} // closed when Slack has answered
	done    sync.Once
}

// openPane shows that a message is being looked into, where it came by the pane; in
// today's the answer goes into a thread below the message. It waits for Slack to say
// whether there is a pane at all, if that is not known.
func (a *Adapter) openPane(ctx context.Context, in *installation, r *bot.Request) *pane {
	thread := r.Thread
	if a.config.View == AgentView {
		thread = cmp.Or(r.Thread, r.Message)
	}
	if r.Surface != bot.SurfaceDirect || a.config.View == NoView || thread == "" {
		return nil
	}
	known, ok := a.panes.there.Get(in.team)
	ok = ok && a.config.Now().Sub(known.at) < paneMemory
	if ok && !known.there {
		return nil
	}
	p := &pane{adapter: a, in: in, at: place{channel: r.Channel, thread: thread}, status: make(chan struct{})}
	go func() {
		defer close(p.status)
		ctx, cancel := context.WithTimeout(ctx, statusTime)
		defer cancel()
		p.note(p.show(ctx, thinking))
	}()
	if !ok {
		p.ready(ctx)
		if known, ok := a.panes.there.Get(in.team); ok && !known.there {
			return nil
		}
	}
	r.Thread = thread
	return p
}

// note remembers whether a workspace has panes, where the answer to a status says so.
func (p *pane) note(err error) {
	_, refused := errors.AsType[slack.SlackErrorResponse](err)
	class := classify(err)
	if err != nil && (!refused || class == dead || class == ambiguous) {
		return
	}
	p.adapter.panes.there.Add(p.in.team, sighting{there: err == nil, at: p.adapter.config.Now()})
}

// show sets the status of the thread; nothing clears it.
func (p *pane) show(ctx context.Context, status string) error {
	return p.in.answered(p.in.once.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{
		ChannelID: string(p.at.channel), ThreadTS: string(p.at.thread), Status: status,
	}))
}

// ready waits until the status is shown, so that the answer clears it.
func (p *pane) ready(ctx context.Context) {
	if p == nil {
		return
	}
	select {
	case <-p.status:
	case <-ctx.Done():
	}
}

// answered gives the thread a title, the first time, and remembers what it was about.
// The answer has cleared the status.
func (p *pane) answered(ctx context.Context, r bot.Request, reply bot.Reply) {
	if p == nil {
		return
	}
	p.done.Do(func() {})
	p.adapter.bot.NoteTopic(ctx, r, reply)
	if known, _ := p.adapter.panes.titled.ContainsOrAdd(p.at, struct{}{}); known {
		return
	}
	title := clip(clean(r.Text), labelRoom)
	if len(reply.Topics) > 0 && visible(clean(reply.Topics[0].Title)) {
		title = clip(clean(reply.Topics[0].Title), labelRoom)
	}
	if !visible(title) {
		return
	}
	err := p.in.once.SetAssistantThreadsTitleContext(ctx, slack.AssistantThreadsSetTitleParameters{
		ChannelID: string(p.at.channel), ThreadTS: string(p.at.thread), Title: title,
	})
	p.adapter.report(ctx, "a thread has no title", p.in.answered(err))
}

// close clears the status where there was no answer that did.
func (p *pane) close(ctx context.Context) {
	if p == nil {
		return
	}
	p.done.Do(func() {
		p.ready(ctx)
		p.adapter.report(ctx, "a status is left", p.show(ctx, ""))
	})
}

// threadStarted suggests what to ask in a thread of the pane before today's.
func (a *delivery) threadStarted(team string, e *slackevents.AssistantThreadStartedEvent) error {
	if a.config.View != AssistantView {
		return nil
	}
	t := e.AssistantThread
	return a.begin(bot.WorkspaceID(team), func(ctx context.Context) {
		a.suggestPrompts(ctx, bot.WorkspaceID(team), bot.UserID(t.UserID), place{channel: bot.ChannelID(t.ChannelID), thread: bot.MessageID(t.ThreadTimeStamp)})
	})
}

// suggestPrompts shows in the pane what may be asked.
func (a *Adapter) suggestPrompts(ctx context.Context, team bot.WorkspaceID, user bot.UserID, at place) {
	in, err := a.installed.of(ctx, team)
	if err != nil {
		a.report(ctx, "nothing can be suggested", err)
		return
	}
	if known, ok := a.panes.there.Get(team); ok && !known.there && a.config.Now().Sub(known.at) < paneMemory {
		return
	}
	prompts := a.bot.Prompts(ctx, bot.Request{Platform: Platform, Workspace: team, Home: team, Channel: at.channel, User: user})
	params := slack.AssistantThreadsSetSuggestedPromptsParameters{Title: "You could ask", ChannelID: string(at.channel), ThreadTS: string(at.thread)}
	for _, p := range prompts[:min(len(prompts), maxPrompts)] {
		params.AddPrompt(clip(clean(p.Title), maxButton), clip(clean(p.Message), bot.MaxText))
	}
	if len(params.Prompts) == 0 {
		return
	}
	err = in.answered(in.client.SetAssistantThreadsSuggestedPromptsContext(ctx, params))
	if err != nil {
		a.log.DebugContext(ctx, "nothing is suggested", "error", err)
	}
}

// maxPrompts is how many prompts Slack shows
// (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts).
const maxPrompts = 4
