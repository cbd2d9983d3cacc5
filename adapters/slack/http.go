package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"archbot/internal/inflight"
)

// PathPrefix is what all paths that Slack posts to begin with.
const PathPrefix = "/slack/"

// Where Slack posts to, as the manifest says.
const (
	PathCommands      = "/slack/commands"
	PathInteractivity = "/slack/interactivity" // options for menus too
	PathEvents        = "/slack/events"
)

// maxBody is how large a delivery may be, in bytes. A modal with all its state, the
// largest one, has a few hundred thousand.
const maxBody = 1 << 20

// Handler takes what Slack posts. Each request's signature and age are checked before
// any of it is read as anything; without a signing secret nothing can be posted. Where
// workspaces install the app, it has the pages for that.
func (a *Adapter) Handler() http.Handler {
	mux := http.NewServeMux()
	if a.many != nil {
		mux.HandleFunc("GET "+PathInstall, a.installer.begin)
		mux.HandleFunc(PathOAuth, a.installer.come)
	}
	if a.config.SigningSecret == "" {
		return mux
	}
	mux.Handle("POST "+PathCommands, a.signed((*delivery).postedCommand))
	mux.Handle("POST "+PathInteractivity, a.signed((*delivery).postedInteraction))
	mux.Handle("POST "+PathEvents, a.signed((*delivery).postedEvent))
	return mux
}

// signed reads a bounded body, and lets through what Slack has signed within the last
// five minutes.
func (a *Adapter) signed(next func(*delivery, *http.Request) (ack any, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "cut off", http.StatusBadRequest)
			return
		}
		if err := verify(r.Header, body, a.config.SigningSecret); err != nil {
			a.log.WarnContext(r.Context(), "a request that Slack did not sign is refused", "path", r.URL.Path, "error", err)
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		a.life.came()
		r.Body = io.NopCloser(bytes.NewReader(body))
		d := a.newDelivery()
		defer close(d.acked)
		ack, err := next(d, r)
		a.acknowledge(w, r, ack, err)
	})
}

// verify checks a signature as Slack makes it
// (https://docs.slack.dev/authentication/verifying-requests-from-slack).
func verify(h http.Header, body []byte, secret string) error {
	v, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

// acknowledge writes the response to a delivery. Of a status but 200 Slack makes an
// error message for the user, and delivers an event again.
func (a *Adapter) acknowledge(w http.ResponseWriter, r *http.Request, ack any, err error) {
	switch {
	case errors.Is(err, inflight.ErrBusy):
		http.Error(w, "busy", http.StatusServiceUnavailable)
	case err != nil:
		a.log.WarnContext(r.Context(), "a delivery cannot be read", "path", r.URL.Path, "error", err)
		http.Error(w, "cannot be read", http.StatusBadRequest)
	case ack == nil:
		w.Header().Set("Content-Length", "0")
		if err := http.NewResponseController(w).Flush(); err != nil { // before what waits for it is begun
			a.log.DebugContext(r.Context(), "an acknowledgement did not arrive", "error", err)
		}
	default:
		encoded, done := ack.(json.RawMessage)
		if !done {
			if encoded, err = json.Marshal(ack); err != nil {
				a.log.ErrorContext(r.Context(), "an acknowledgement cannot be written", "error", err)
				return // an empty 200: there is nothing better to tell
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if _, err := w.Write(encoded); err != nil {
			a.log.DebugContext(r.Context(), "an acknowledgement did not arrive", "error", err)
		}
	}
}

func (a *delivery) postedCommand(r *http.Request) (any, error) {
	c, err := slack.SlashCommandParse(r)
	if err != nil {
		return nil, err
	}
	return a.command(c)
}

func (a *delivery) postedInteraction(r *http.Request) (any, error) {
	c, err := slack.InteractionCallbackParse(r)
	if err != nil {
		return nil, err
	}
	return a.interact(c)
}

// challenge is what Slack wants to read when it is told of the address
// (https://docs.slack.dev/reference/events/url_verification).
type challenge struct {
	Challenge string `json:"challenge"`
}

func (a *delivery) postedEvent(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	e, err := parseEvent(body)
	if err != nil {
		return nil, err
	}
	if asked, ok := e.Data.(*slackevents.EventsAPIURLVerificationEvent); ok && e.Type == slackevents.URLVerification {
		return challenge{asked.Challenge}, nil
	}
	return nil, a.event(e)
}
