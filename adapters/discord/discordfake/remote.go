package discordfake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Remote is a fake that runs in another process. Its methods are those of Server, by the
// control API.
type Remote struct {
	Control string // where that is, with a slash at the end
}

// ask sends an order and decodes what comes of it.
func ask[O any](ctx context.Context, r Remote, word string, o order) (O, error) {
	var out O
	body, err := json.Marshal(o)
	if err != nil {
		return out, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Control+word, bytes.NewReader(body))
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
		return out, fmt.Errorf("the fake Discord, told %s: %s", word, strings.TrimSpace(string(why)))
	}
	return out, json.NewDecoder(response.Body).Decode(&out)
}

// AddGuild is Server.AddGuild.
func (r Remote) AddGuild(ctx context.Context, name string) (guild, channel string, err error) {
	made, err := ask[map[string]string](ctx, r, "guild", order{Name: name})
	return made["guild"], made["channel"], err
}

// AddChannel is Server.AddChannel.
func (r Remote) AddChannel(ctx context.Context, guild, name string) (string, error) {
	return ask[string](ctx, r, "channel", order{By: By{Guild: guild}, Name: name})
}

// Fail is Server.Fail.
func (r Remote) Fail(ctx context.Context, f Fault) error {
	_, err := ask[bool](ctx, r, "fail", order{Fault: f})
	return err
}

// Faults is Server.Faults.
func (r Remote) Faults(ctx context.Context) ([]Fault, error) {
	return ask[[]Fault](ctx, r, "faults", order{})
}

// Posts is Server.Posts.
func (r Remote) Posts(ctx context.Context, after string) ([]Message, error) {
	return ask[[]Message](ctx, r, "posts", order{Message: after})
}

// Requests is Server.Requests.
func (r Remote) Requests(ctx context.Context) ([]Request, error) {
	return ask[[]Request](ctx, r, "requests", order{})
}
