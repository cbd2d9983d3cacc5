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
}

// installations finds the app of a workspace. Single is a workspace whose token is
// a setting.
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
