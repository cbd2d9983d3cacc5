package slackfake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Remote is a fake that runs in another process. Its methods are those of Server, by
// the control API.
type Remote struct {
	URL string // of the fake
}

// ask sends a verb its value and decodes what comes of it.
func ask[O any](ctx context.Context, r Remote, verb string, in any) (O, error) {
	var out O
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL+"/control/"+verb, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return out, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(response.Body, 1<<12))
		return out, fmt.Errorf("the fake Slack, asked for %s: %s", verb, strings.TrimSpace(string(why)))
	}
	return out, json.NewDecoder(response.Body).Decode(&out)
}

func tell(ctx context.Context, r Remote, verb string, in any) error {
	_, err := ask[struct{}](ctx, r, verb, in)
	return err
}

// AddTeam is Server.AddTeam; a workspace of that id is replaced.
func (r Remote) AddTeam(ctx context.Context, t Team) (Team, error) {
	return ask[Team](ctx, r, "team", t)
}

// AddUser is Server.AddUser; somebody of that id is replaced.
func (r Remote) AddUser(ctx context.Context, u User) (User, error) {
	return ask[User](ctx, r, "user", u)
}

// AddChannel is Server.AddChannel; a channel of that id is replaced.
func (r Remote) AddChannel(ctx context.Context, c Channel) (Channel, error) {
	return ask[Channel](ctx, r, "channel", c)
}

// AddToken is Server.AddToken; a token of that value is replaced.
func (r Remote) AddToken(ctx context.Context, t Token) (Token, error) {
	return ask[Token](ctx, r, "token", t)
}

// Install is Server.Install.
func (r Remote) Install(ctx context.Context, team string, scopes ...string) (Token, error) {
	return ask[Token](ctx, r, "install", installation{Team: team, Scopes: scopes})
}

// Authorize is Server.Authorize.
func (r Remote) Authorize(ctx context.Context, link, team, user string, deny bool) (string, error) {
	return ask[string](ctx, r, "authorize", consent{Link: link, Team: team, User: user, Deny: deny})
}

// Uninstall is Server.Uninstall, with the tokens revoked first.
func (r Remote) Uninstall(ctx context.Context, team string) ([]Outcome, error) {
	return ask[[]Outcome](ctx, r, "uninstall", team)
}

// Connect is Server.Connect.
func (r Remote) Connect(ctx context.Context, e Endpoints) error { return tell(ctx, r, "connect", e) }

// Inject is Server.Inject.
func (r Remote) Inject(ctx context.Context, f Fault) (string, error) {
	return ask[string](ctx, r, "inject", f)
}

// Release is Server.Release.
func (r Remote) Release(ctx context.Context, id string) error { return tell(ctx, r, "release", id) }

// Clear is Server.Clear.
func (r Remote) Clear(ctx context.Context, id string) error { return tell(ctx, r, "clear", id) }

// Faults is Server.Faults.
func (r Remote) Faults(ctx context.Context) ([]Fault, error) {
	return ask[[]Fault](ctx, r, "faults", struct{}{})
}

// Messages is Server.Messages.
func (r Remote) Messages(ctx context.Context, channel string) ([]Message, error) {
	return ask[[]Message](ctx, r, "messages", channel)
}

// Posts is Server.Posts.
func (r Remote) Posts(ctx context.Context, channel string) ([]Message, error) {
	return ask[[]Message](ctx, r, "posts", channel)
}

// Responses is Server.Responses.
func (r Remote) Responses(ctx context.Context, trigger string) ([]Message, error) {
	return ask[[]Message](ctx, r, "responses", trigger)
}

// Calls is Server.Calls.
func (r Remote) Calls(ctx context.Context, method string) ([]Call, error) {
	return ask[[]Call](ctx, r, "calls", method)
}

// Do has a person do something, and returns what came of each thing the app was sent.
func (r Remote) Do(ctx context.Context, d Deed) ([]Outcome, error) {
	return ask[[]Outcome](ctx, r, "act", d)
}

// Redeliver is Server.Redeliver.
func (r Remote) Redeliver(ctx context.Context, id string) (Outcome, error) {
	return ask[Outcome](ctx, r, "redeliver", id)
}

// State is all that can be read of the fake.
func (r Remote) State(ctx context.Context) (State, error) {
	var out State
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+"/control/state", http.NoBody)
	if err != nil {
		return out, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return out, err
	}
	defer func() { _ = response.Body.Close() }()
	return out, json.NewDecoder(response.Body).Decode(&out)
}
