package slackfake

// Which kinds of tokens a method takes.
var (
	anyToken  = []string{"bot", "user"}
	botToken  = []string{"bot"}
	appToken  = []string{"app"}
	everyKind = []string{"bot", "user", "app"}
)

// Scopes by the kind of conversation; any of them lets a method be called, and what
// it then shows depends on the one of the conversation at hand.
var (
	readScopes    = []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	historyScopes = []string{"channels:history", "groups:history", "im:history", "mpim:history"}
)

// methods are those that this Slack has; another one is an unknown_method. Scopes,
// arguments that are required and whether JSON is read follow
// https://docs.slack.dev/reference/methods.
var methods map[string]method

func init() {
	write, assistant := []string{"chat:write"}, []string{"assistant:write"}
	methods = map[string]method{
		"auth.test":   {kinds: everyKind, json: true, run: authTest},
		"auth.revoke": {kinds: anyToken, run: authRevoke},

		"chat.postMessage":   {kinds: anyToken, scopes: write, need: []string{"channel"}, json: true, run: postMessage},
		"chat.postEphemeral": {kinds: anyToken, scopes: write, need: []string{"channel", "user"}, json: true, run: postEphemeral},
		"chat.update":        {kinds: anyToken, scopes: write, need: []string{"channel", "ts"}, json: true, run: updateMessage},
		"chat.delete":        {kinds: anyToken, scopes: write, need: []string{"channel", "ts"}, json: true, run: deleteMessage},
		"chat.getPermalink":  {kinds: anyToken, need: []string{"channel", "message_ts"}, run: getPermalink},
		"reactions.add":      {kinds: anyToken, scopes: []string{"reactions:write"}, need: []string{"channel", "timestamp", "name"}, json: true, run: addReaction},

		"conversations.info":    {kinds: anyToken, scopes: readScopes, need: []string{"channel"}, run: conversationInfo},
		"conversations.list":    {kinds: anyToken, scopes: readScopes, run: conversationsList},
		"conversations.members": {kinds: anyToken, scopes: readScopes, need: []string{"channel"}, run: conversationMembers},
		"conversations.join":    {kinds: anyToken, scopes: []string{"channels:join"}, need: []string{"channel"}, json: true, run: joinConversation},
		"conversations.open":    {kinds: anyToken, scopes: []string{"im:write", "mpim:write", "groups:write", "channels:manage"}, json: true, run: openConversation},
		"conversations.history": {kinds: anyToken, scopes: historyScopes, need: []string{"channel"}, json: true, run: conversationHistory},
		"conversations.replies": {kinds: anyToken, scopes: historyScopes, need: []string{"channel", "ts"}, run: conversationReplies},
		"users.info":            {kinds: anyToken, scopes: []string{"users:read"}, need: []string{"user"}, run: usersInfo},
		"users.conversations":   {kinds: anyToken, scopes: readScopes, run: usersConversations},

		"views.open":    {kinds: botToken, need: []string{"view"}, json: true, run: openView},
		"views.push":    {kinds: botToken, need: []string{"view"}, json: true, run: pushView},
		"views.update":  {kinds: botToken, need: []string{"view"}, json: true, run: updateView},
		"views.publish": {kinds: botToken, need: []string{"user_id", "view"}, json: true, run: publishView},

		"assistant.threads.setStatus":           {kinds: botToken, scopes: []string{"chat:write", "assistant:write"}, need: []string{"channel_id", "thread_ts"}, json: true, run: setStatus},
		"assistant.threads.setTitle":            {kinds: botToken, scopes: assistant, need: []string{"channel_id", "thread_ts", "title"}, json: true, run: setTitle},
		"assistant.threads.setSuggestedPrompts": {kinds: botToken, scopes: assistant, need: []string{"channel_id", "prompts"}, json: true, run: setSuggestedPrompts},

		"apps.connections.open": {kinds: appToken, scopes: []string{"connections:write"}, json: true, run: openConnection},
		"apps.uninstall":        {kinds: anyToken, need: []string{"client_id", "client_secret"}, run: uninstallApp},
		"oauth.v2.access":       {run: oauthAccess},
	}
}
