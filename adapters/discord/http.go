package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

// PathPrefix is what all paths that Discord posts to begin with.
const PathPrefix = "/discord/"

// PathInteractions is where Discord posts interactions: it is entered as Interactions
// Endpoint URL in the developer portal.
const PathInteractions = "/discord/interactions"

// maxBody is how large an interaction may be, in bytes: with a message of all its
// components, some ten thousand.
const maxBody = 1 << 20

// maxAge is how far the time of a signature may be from ours: who has recorded an
// interaction cannot send it again later.
const maxAge = 5 * time.Minute

// Handler takes the interactions that Discord posts. Each one's signature and age are
// checked before any of it is read as anything; without a public key there is nothing
// here.
func (a *Adapter) Handler() http.Handler {
	mux := http.NewServeMux()
	if a.key != nil {
		mux.HandleFunc("POST "+PathInteractions, a.posted)
	}
	return mux
}

func (a *Adapter) posted(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "cut off", http.StatusBadRequest)
		return
	}
	if err := verify(r.Header, body, a.key, time.Now()); err != nil {
		a.log.WarnContext(r.Context(), "a request that Discord did not sign is refused", "error", err)
		http.Error(w, "not signed by Discord", http.StatusUnauthorized)
		return
	}
	a.came()
	i, err := decode(body)
	switch {
	case err != nil:
		a.log.WarnContext(r.Context(), "an interaction cannot be read", "error", err)
		http.Error(w, "cannot be read", http.StatusBadRequest)
	case i.Type == discordgo.InteractionPing:
		a.write(w, r, response{Type: discordgo.InteractionResponsePong})
	default:
		a.answerHTTP(w, r, i)
	}
}

// Why a signature is refused.
var (
	errUnsigned = errors.New("there is no signature")
	errForged   = errors.New("the signature is not Discord’s")
	errOld      = errors.New("the signature is too old, or of the future: is the clock right?")
)

// verify checks a signature as Discord makes it, over the time and the body as it came:
// https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint.
func verify(h http.Header, body []byte, key ed25519.PublicKey, now time.Time) error {
	stamp := h.Get("X-Signature-Timestamp")
	signature, err := hex.DecodeString(h.Get("X-Signature-Ed25519"))
	if err != nil || len(signature) != ed25519.SignatureSize || stamp == "" || len(stamp) > 20 {
		return errUnsigned
	}
	if !ed25519.Verify(key, append([]byte(stamp), body...), signature) {
		return errForged
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > maxAge {
		return errOld
	}
	return nil
}

// answerHTTP answers an interaction in the response to it. What is deferred goes on
// after the response was written.
func (a *Adapter) answerHTTP(w http.ResponseWriter, r *http.Request, i *interaction) {
	answered := make(chan response, 1)
	written := make(chan struct{})
	defer close(written)
	first := func(ctx context.Context, answer response) error {
		select {
		case answered <- answer:
		default:
			return errors.New("there is an answer already")
		}
		select {
		case <-written:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	ended := make(chan struct{})
	if err := a.begin(func(ctx context.Context) {
		defer close(ended)
		a.interact(ctx, i, first)
	}); err != nil {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	select {
	case answer := <-answered:
		a.write(w, r, answer)
	case <-ended: // it panicked, and nobody answers any more
		http.Error(w, "failed", http.StatusInternalServerError)
	case <-r.Context().Done():
	}
}

// write writes an answer; nothing where there is nothing to show.
func (a *Adapter) write(w http.ResponseWriter, r *http.Request, answer response) {
	if answer.Type == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	encoded, err := answer.encoded()
	if err != nil {
		a.log.ErrorContext(r.Context(), "an answer cannot be written", "error", err)
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(encoded)))
	if _, err := w.Write(encoded); err != nil {
		a.log.DebugContext(r.Context(), "an answer did not arrive", "error", err)
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
