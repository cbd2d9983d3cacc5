package bot

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
	SurfaceMessage Surface = "message" // a message in a conversation with the bot
)

// Request is what somebody asks, whatever the platform.
type Request struct {
	Platform  Platform
	Workspace WorkspaceID
	Channel   ChannelID
	User      UserID
	Surface   Surface
	Locale    string // BCP 47, as the platform names it; empty when unknown

	// Command is the command's name where the platform says it apart from its
	// argument. Empty, Text begins with a command or is free.
	Command string
	// Text is as it was typed: the argument of Command, or the whole line.
	Text string

	// Options narrow a search down, as they were given.
	Options Options

	// Limit is how many topics a search may answer with; 0 means as many as
	// read well. What measures the search asks for more.
	Limit int
}

// Options of a search, as somebody wrote them; empty ones ask for nothing.
type Options struct {
	Kind  string // such as "video"
	Level string // such as "intro"
	Year  string // "2020", "2018-2021", "2020-" or "-2020"
	Topic string // a topic's title, place or id; those below it count too
	Page  int    // the first is 1, or 0
}
