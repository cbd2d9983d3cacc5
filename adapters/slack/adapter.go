package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// Platform is this adapter's name in requests.
const Platform bot.Platform = "slack"

// DefaultCommand is the slash command that the manifest declares.
const DefaultCommand = bot.Prefix

// Config is what an Adapter is made of.
type Config struct {
	Bot *bot.Bot
	Log *slog.Logger

	BotToken      string // xoxb-…: calls the Web API
	AppToken      string // xapp-…: Socket Mode; empty for none
	SigningSecret string // of HTTP deliveries; empty for none
	APIURL        string // where the Web API is; empty for Slack's own
	// PostsOnly says that nothing is to be received: then the bot token is enough.
	PostsOnly bool
	// Connections is how many sockets are open at once, 1 to 10; 0 for two, so that
	// one goes on while Slack refreshes the other.
	Connections int
	// Stagger lies between the starts of two connections, so that Slack does not
	// refresh them together; 0 for fifteen seconds, negative for none.
	Stagger time.Duration
	// Patience is how long a delivery waits for its answer before it is acknowledged
	// without; 0 for 2.5 seconds of the three that Slack gives.
	Patience time.Duration
	// Spacing lies between two posts to one channel; 0 for a second, negative for none.
	Spacing time.Duration
	// Transport carries all calls; http.DefaultTransport when nil.
	Transport http.RoundTripper
}

// Adapter brings Slack's deliveries to the Bot and its replies to Slack. It may be
// used by any number of goroutines.
type Adapter struct {
	bot       *bot.Bot
	log       *slog.Logger
	config    Config
	http      *http.Client
	installed installations
	pace      *pacer
	replays   *replays
	written   *written
	work      *work
	sockets   *sockets
}

// New returns an Adapter that does nothing yet; an error is a configuration that
// cannot work.
func New(c Config) (*Adapter, error) {
	switch {
	case c.BotToken == "":
		return nil, errors.New("without SLACK_BOT_TOKEN nothing can be posted to Slack")
	case !strings.HasPrefix(c.BotToken, "xoxb-") && !strings.HasPrefix(c.BotToken, "xoxe.xoxb-"):
		return nil, errors.New("SLACK_BOT_TOKEN is no bot token: it begins with xoxb-, and stands under OAuth & Permissions")
	case c.AppToken != "" && !strings.HasPrefix(c.AppToken, "xapp-"):
		return nil, errors.New("SLACK_APP_TOKEN is no app-level token: it begins with xapp-, and stands under Basic Information")
	case c.AppToken == "" && c.SigningSecret == "" && !c.PostsOnly:
		return nil, errors.New("set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: without either Slack cannot reach the bot")
	}
	c.Connections = min(cmp.Or(c.Connections, 2), maxConnections)
	c.Stagger = max(cmp.Or(c.Stagger, 15*time.Second), 0)
	c.Patience = cmp.Or(c.Patience, 2500*time.Millisecond)
	c.Spacing = max(cmp.Or(c.Spacing, time.Second), 0)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	client := &http.Client{Transport: c.Transport, Timeout: callTime}
	a := &Adapter{
		bot: c.Bot, log: c.Log.With("platform", Platform), config: c, http: client,
		installed: newSingle(c, client), pace: newPacer(c.Spacing), replays: newReplays(), written: newWritten(), work: newWork(),
	}
	a.sockets = &sockets{a}
	return a, nil
}

// callTime is how long one call to Slack may take, the library's waiting for
// Retry-After left out.
const callTime = 20 * time.Second

// Run receives what comes by Socket Mode until ctx ends, then finishes what it has
// begun; without an app token it only waits. It fails when Slack refuses the app
// for good. What comes by HTTP goes to Handler, before and after.
func (a *Adapter) Run(ctx context.Context) error {
	var err error
	if a.config.AppToken != "" {
		err = a.sockets.run(ctx)
	} else {
		<-ctx.Done()
	}
	return err
}

// Drain waits for what has been begun to end, and for no longer than ctx.
func (a *Adapter) Drain(ctx context.Context) error { return a.work.drain(ctx) }

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
