package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
	"archbot/internal/inflight"
	"archbot/internal/seal"
)

// Platform is this adapter's name in requests.
const Platform bot.Platform = "slack"

// DefaultCommand is the slash command that the manifest declares.
const DefaultCommand = bot.Prefix

// Config is what an Adapter is made of.
type Config struct {
	Bot *bot.Bot
	Log *slog.Logger

	BotToken      string // xoxb-…: calls the Web API of one workspace; empty for many
	AppToken      string // xapp-…: Socket Mode; empty for none
	SigningSecret string // of HTTP deliveries; empty for none
	APIURL        string // where the Web API is; empty for Slack's own
	// PostsOnly says that nothing is to be received: then the bot token is enough.
	PostsOnly bool

	// For many workspaces, which install the app by OAuth, in place of BotToken.
	ClientID, ClientSecret string
	Address                string   // under which browsers reach Handler, such as https://bot.example.com
	Keys                   []string // what tokens are encrypted with; all of them decrypt, the first one encrypts
	PKCE                   bool     // it is switched on for the app, which makes it a public client
	Installations          bot.Installations
	Events                 bot.Events

	// Ended is called when a workspace has ended its installation, once or more often,
	// to erase what is kept of it, and its tokens go after that; an error has it called
	// again. Nil where nothing is kept.
	Ended func(context.Context, bot.Scope) error

	// Connections is how many sockets are open at once, 1 to 10; 0 for two, so that
	// one goes on while Slack refreshes the other.
	Connections int
	// Stagger lies between the starts of two connections, so that Slack does not
	// refresh them together; 0 for fifteen seconds, negative for none.
	Stagger time.Duration
	// Patience is how long a delivery waits for its answer before it is acknowledged
	// without; 0 for 2.5 seconds of the three that Slack gives.
	Patience time.Duration
	// DrainTime is how long Run, told to stop, finishes what it has received; 0 for as
	// long as a call may take, negative for none.
	DrainTime time.Duration
	// Spacing lies between two posts to one channel; 0 for a second, negative for none.
	Spacing time.Duration
	// View is the pane that the app's manifest has; AgentView where empty.
	View View
	// Transport carries all calls; http.DefaultTransport when nil.
	Transport http.RoundTripper
	// Now is what time it is for tokens, states and signs of life; time.Now when nil.
	Now func() time.Time

	// Begin is called for each delivery, and returns the context of all that is done for
	// it; end is called when it is over. Failed is told of each call of Slack's that came
	// to nothing by its class, one of Classes. Either may be nil.
	Begin  func(context.Context) (ctx context.Context, end func())
	Failed func(class string)
}

// Adapter brings Slack's deliveries to the Bot and its replies to Slack. It may be
// used by any number of goroutines.
type Adapter struct {
	bot       *bot.Bot
	log       *slog.Logger
	config    Config
	http      *http.Client
	installed installations
	many      *many      // installed, where there are many; else nil
	installer *installer // likewise
	pace      *pacer
	replays   *replays
	written   *written
	panes     *panes
	work      *inflight.Work
	sockets   *sockets
	life      life
}

// New returns an Adapter that does nothing yet; an error is a configuration that
// cannot work.
func New(c Config) (*Adapter, error) {
	keys, err := c.check()
	if err != nil {
		return nil, err
	}
	c.Connections = min(cmp.Or(c.Connections, 2), maxConnections)
	c.Stagger = max(cmp.Or(c.Stagger, 15*time.Second), 0)
	c.Patience = cmp.Or(c.Patience, 2500*time.Millisecond)
	c.DrainTime = max(cmp.Or(c.DrainTime, callTime), 0)
	c.Spacing = max(cmp.Or(c.Spacing, time.Second), 0)
	c.View = cmp.Or(c.View, AgentView)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Begin == nil {
		c.Begin = func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }
	}
	if c.Failed == nil {
		c.Failed = func(string) {}
	}
	client := &http.Client{Transport: c.Transport, Timeout: callTime}
	a := &Adapter{
		bot: c.Bot, log: c.Log.With("platform", Platform), config: c, http: client,
		pace: newPacer(c.Spacing), replays: newReplays(), written: newWritten(), panes: newPanes(),
	}
	a.sockets = &sockets{adapter: a, absence: newAbsence(a.log), unacked: inflight.New(maxUnacked, maxUnacked)}
	a.life.now = c.Now
	if keys == nil {
		a.work, a.installed = inflight.New(MaxWork, MaxWork), newSingle(c, client)
		return a, nil
	}
	a.work, a.many = inflight.New(MaxWork, maxShare), newMany(a, keys)
	a.installed, a.installer = a.many, newInstaller(a, keys)
	return a, nil
}

// check says what is wrong with a configuration. The keys are those of an adapter for
// many workspaces; nil for one.
func (c Config) check() (*seal.Keyring, error) {
	switch {
	case c.ClientID != "" || c.ClientSecret != "":
		return c.checkMany()
	case c.BotToken == "":
		return nil, errors.New("without SLACK_BOT_TOKEN nothing can be posted to Slack")
	case !strings.HasPrefix(c.BotToken, "xoxb-") && !strings.HasPrefix(c.BotToken, "xoxe.xoxb-"):
		return nil, errors.New("SLACK_BOT_TOKEN is no bot token: it begins with xoxb-, and stands under OAuth & Permissions")
	}
	return nil, c.checkTransport()
}

// checkTransport says what is wrong with how deliveries come.
func (c Config) checkTransport() error {
	switch {
	case c.AppToken != "" && !strings.HasPrefix(c.AppToken, "xapp-"):
		return errors.New("SLACK_APP_TOKEN is no app-level token: it begins with xapp-, and stands under Basic Information")
	case c.AppToken == "" && c.SigningSecret == "" && !c.PostsOnly:
		return errors.New("set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: without either Slack cannot reach the bot")
	}
	return nil
}

// checkMany says what is wrong with a configuration for many workspaces.
func (c Config) checkMany() (*seal.Keyring, error) {
	address, err := url.Parse(c.Address)
	switch {
	case c.BotToken != "":
		return nil, errors.New("set either SLACK_BOT_TOKEN, for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, for many that install the app")
	case c.ClientID == "":
		return nil, errors.New("set SLACK_CLIENT_ID too: it stands beside the Client Secret under Basic Information")
	case c.ClientSecret == "":
		return nil, errors.New("set SLACK_CLIENT_SECRET too: it stands below the Client ID under Basic Information")
	case len(c.Keys) == 0:
		return nil, errors.New("set ARCHBOT_KEY, to the output of openssl rand -base64 32 for example: the tokens of workspaces are encrypted with it")
	case c.Address == "":
		return nil, errors.New("set ARCHBOT_URL, such as https://bot.example.com: Slack sends people who install the app back to it")
	case err != nil, !secureOrLocal(address), address.RawQuery+address.Fragment != "", address.User != nil:
		return nil, errors.New("ARCHBOT_URL is no https address, such as https://bot.example.com")
	}
	if err := c.checkTransport(); err != nil {
		return nil, err
	}
	return seal.New(c.Keys)
}

// secureOrLocal reports whether cookies are safe there: over https, or on this machine.
func secureOrLocal(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// callTime is how long one call to Slack may take, the library's waiting for
// Retry-After left out.
const callTime = 20 * time.Second

// Run receives what comes by Socket Mode until ctx ends, then finishes what it has
// begun; without an app token it only waits. It fails when Slack refuses the app
// for good. What comes by HTTP goes to Handler, before and after.
func (a *Adapter) Run(ctx context.Context) error {
	if a.many != nil {
		fresh, stop := context.WithCancel(ctx)
		var keeping sync.WaitGroup
		keeping.Go(func() { a.many.keepFresh(fresh) })
		defer keeping.Wait()
		defer stop()
	}
	var err error
	if a.config.AppToken != "" {
		err = a.sockets.run(ctx)
	} else {
		<-ctx.Done()
	}
	return err
}

// Drain waits for what has been begun to end, and for no longer than ctx.
func (a *Adapter) Drain(ctx context.Context) error { return a.work.Drain(ctx) }

// retries is how often a request is sent again that Slack had no time for.
const retries = 2

// newClient returns a client of the Web API for one token. A 429 is waited out as
// Slack says and sent again: it was not accepted. Nothing else is, as it may have
// been.
func newClient(c Config, client *http.Client, token string, retries int) *slack.Client {
	retry := slack.DefaultRetryConfig()
	retry.MaxRetries, retry.RetryAfterDuration = retries, 2*time.Second
	options := []slack.Option{slack.OptionHTTPClient(client), slack.OptionRetryConfig(retry), slack.OptionAppLevelToken(c.AppToken)}
	if c.APIURL != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(c.APIURL, "/")+"/"))
	}
	return slack.New(token, options...)
}
