package slack

import (
	"context"
	"net/http"
	"sync"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// installation is the app in one workspace.
type installation struct {
	team   bot.WorkspaceID
	user   bot.UserID // the bot's own
	client *slack.Client
	once   *slack.Client // the same, but nothing is sent twice, whatever Slack answers
	// dead is told of an answer that says that the token is of no use; nil where that
	// can only be mended by whoever set it.
	dead func(error)
}

// answered makes of what a call came to what is told of it, and notes when it says
// that the token is of no use.
func (in *installation) answered(err error) error {
	err = redacted(err)
	if in.dead != nil && err != nil && classify(err) == dead {
		in.dead(err)
	}
	return err
}

// installations finds the app of a workspace. Single is a workspace whose token is
// a setting, many are those that have installed it by OAuth.
type installations interface {
	// of returns the installation that a workspace's deliveries are answered with.
	// It is called for every delivery, and may call Slack the first time.
	of(ctx context.Context, team bot.WorkspaceID) (*installation, error)
}

// single is the one installation whose token is a setting. Slack tells it what it is
// called there; until it has, it is asked again each time.
type single struct {
	client *slack.Client
	once   *slack.Client

	mu    sync.Mutex
	known *installation
}

func newSingle(c Config, client *http.Client) *single {
	return &single{client: newClient(c, client, c.BotToken, retries), once: newClient(c, client, c.BotToken, 0)}
}

func (s *single) of(ctx context.Context, _ bot.WorkspaceID) (*installation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known != nil {
		return s.known, nil
	}
	test, err := s.client.AuthTestContext(ctx)
	if err != nil {
		return nil, redacted(err)
	}
	s.known = &installation{team: bot.WorkspaceID(test.TeamID), user: bot.UserID(test.UserID), client: s.client, once: s.once}
	return s.known, nil
}
