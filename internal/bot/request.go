package bot

import (
	"context"
	"time"
)

// The ids are a platform's own words. Adapters make them as they like; the core
// compares them and takes nothing apart.
type (
	// Platform is the name of the adapter that a request came through.
	Platform string
	// WorkspaceID is a Slack workspace or Discord guild; empty in the terminal.
	WorkspaceID string
	// ChannelID is where the answer goes.
	ChannelID string
	// UserID is who asks.
	UserID string
	// MessageID is a message within its channel; one that replies hang from
	// names their thread.
	MessageID string
	// EventID is one thing that happened on a platform. A platform that is not
	// sure whether it was heard delivers the same one again.
	EventID string
)

// Surface is the way in which a request was made.
type Surface string

// The surfaces.
const (
	SurfaceCommand Surface = "command" // a command line: `archbot search`, or a slash command
	SurfaceDirect  Surface = "direct"  // a message to the bot alone
	SurfaceMention Surface = "mention" // a message in a channel that names the bot
	SurfaceThread  Surface = "thread"  // a message in a thread that the bot takes part in
	SurfaceButton  Surface = "button"
	SurfaceMenu    Surface = "menu"
	SurfaceForm    Surface = "form"
)

// Request is what somebody asks, whatever the platform.
type Request struct {
	Platform  Platform
	Workspace WorkspaceID
	Channel   ChannelID // empty where nobody else could see an answer
	// Direct says that in the Channel the user is alone with the bot.
	Direct  bool
	Thread  MessageID // the message that the thread hangs from; empty outside of one
	Message MessageID // the one that holds the request; empty for a command or a form
	User    UserID
	// Home is the workspace that the user's id is from: see Person. Empty where ids
	// hold everywhere.
	Home  WorkspaceID
	Event EventID // empty where the platform delivers nothing twice
	// Hold is how long nobody else takes the Event up when it is delivered again, up to
	// MaxHold: the adapter calls Settle once the answer has arrived, or the platform will
	// not deliver it again. With 0 the event is settled from the beginning, and what dies
	// with this process is not answered.
	Hold time.Duration
	// Answered reports whether the request has its answer, as far as the platform shows.
	// It is asked of what somebody held and did not settle in time, who may have died just
	// after the answer. Nil means no.
	Answered func(context.Context) bool
	Surface  Surface
	// Overheard says that the message is in a thread that the bot takes part in, and
	// names nobody: it may be for somebody else. Then what does not go on with the
	// conversation there is not answered.
	Overheard bool
	Locale    string // BCP 47, as the platform names it; empty when unknown
	Zone      string // the user's time zone, an IANA name; empty when unknown
	// FindZone finds it out where Zone is empty and it takes a call to the platform; it is
	// asked only where a schedule depends on it. Nil, or empty, means that there is no
	// knowing.
	FindZone func(context.Context) string

	// Token is what the button or the menu's choice carries that was pressed. Then
	// the rest of the request's words count for nothing.
	Token Token
	// Command is the command's name where the platform says it apart from its
	// argument. Empty, Text begins with a command or is free.
	Command string
	// Text is as it was typed: the argument of Command, or the whole line. It may
	// hold options, such as "kind:video".
	Text string
	// Options are those that the platform says apart, by name. They win over those
	// in Text.
	Options Options
	// Focus names the option that Text is the beginning of; for completion only,
	// where the platform says options apart.
	Focus string

	// MayAdminister reports whether the user may change what concerns others. It is
	// asked only by a command that needs it, as the answer may take a call to the
	// platform. Nil means no.
	MayAdminister func(context.Context) (bool, error)

	// Limit is how many topics a search may answer with; 0 means as many as
	// read well. What measures the search asks for more.
	Limit int
}

// Options are a command's options as somebody wrote them, by the names that the
// command declares; one that is missing or empty asks for nothing.
type Options map[string]string

// scope is the part of the state that the request belongs to.
func (r Request) scope() Scope {
	return Scope{Platform: r.Platform, Workspace: r.Workspace, User: r.User}
}

// person is who asks, as their shelf knows them.
func (r Request) person() Person {
	return Person{Platform: r.Platform, Workspace: r.Home, User: r.User}
}

// conversational reports whether the request is a message and not a command: what
// names no command there is a question.
func (r Request) conversational() bool {
	switch r.Surface {
	case SurfaceDirect, SurfaceMention, SurfaceThread:
		return true
	}
	return false
}

// zone is the user's time zone; empty when it cannot be known.
func (r Request) zone(ctx context.Context) string {
	if r.Zone == "" && r.FindZone != nil {
		return r.FindZone(ctx)
	}
	return r.Zone
}

// date writes the day that a time falls on where the user is.
func (r Request) date(t time.Time) string {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2 January 2006")
}
