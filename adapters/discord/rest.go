package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// rest is the client of Discord's API: one a process, so that all share its buckets. It
// is discordgo's session, asked through its own request call and rate limiter for what
// it has no method for: a nonce, components without the fields that they forbid,
// buckets of interactions that do not pile up.
type rest struct {
	session   *discordgo.Session
	transport *transport
	pause     time.Duration // before the second try; twice as long before each after it
	lanes     lanes
	failed    func(class string) // told of each request that came to nothing; may be nil
}

// How often, and for how long, a request is tried again.
const (
	maxTries    = 4
	firstPause  = 250 * time.Millisecond
	callTime    = 20 * time.Second // for one try
	maxBodySize = 8 << 20          // of an answer
)

func newRest(c Config) (*rest, error) {
	session, err := discordgo.New("Bot " + c.Token)
	if err != nil {
		return nil, err
	}
	t, err := newTransport(c)
	if err != nil {
		return nil, err
	}
	session.Client = &http.Client{Transport: t, Timeout: callTime}
	session.ShouldRetryOnRateLimit = false // it sleeps whatever the context says
	session.MaxRestRetries = 0             // it knows 502 alone
	session.StateEnabled = false
	session.LogLevel = discordgo.LogError - 1 // what it logs may hold secrets
	return &rest{session: session, transport: t, pause: firstPause, failed: c.Failed}, nil
}

// try asks until it is answered, as far as asking again is of use; ask must be fit for
// it: a message has its nonce, an interaction is answered once.
func (c *rest) try(ctx context.Context, ask func(context.Context) error) error {
	pause := c.pause
	for n := 1; ; n++ {
		err := c.once(ctx, ask)
		if err == nil || n == maxTries || !fleeting(err) || ctx.Err() != nil {
			return err
		}
		wait := pause + rand.N(pause)
		if r, ok := errors.AsType[*refusal](err); ok && r.wait > wait {
			wait = r.wait
		}
		pause *= 2
		if sleep(ctx, wait) != nil {
			return err
		}
	}
}

// once asks once, and tells of what came to nothing.
func (c *rest) once(ctx context.Context, ask func(context.Context) error) error {
	err := c.asked(ctx, ask)
	if err != nil && c.failed != nil && !errors.Is(err, context.Canceled) {
		c.failed(classOf(err))
	}
	return err
}

// asked asks once. The library's rate limiter sleeps without looking at the context, so
// it is left to that when the context ends first.
func (c *rest) asked(ctx context.Context, ask func(context.Context) error) error {
	if err := c.transport.open(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errors.New("the library panicked over an answer")
			}
		}()
		done <- ask(ctx)
	}()
	select {
	case err := <-done:
		return sanitized(err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sleep waits; the error is the context's.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// request makes a request with a bucket of the library's own, by its name.
func (c *rest) request(ctx context.Context, method, url, bucket string, body, into any) error {
	leave, err := c.lanes.enter(ctx, bucket)
	if err != nil {
		return err
	}
	defer leave()
	return c.try(ctx, func(ctx context.Context) error {
		raw, err := c.session.RequestWithBucketID(method, url, body, bucket, discordgo.WithContext(ctx))
		if err != nil || into == nil {
			return err
		}
		return json.Unmarshal(raw, into)
	})
}

// lanes let one request of a bucket through at a time, as the library does, but those who
// wait can give up, and come in the order in which they asked.
type lanes struct {
	mu sync.Mutex
	of map[string]*lane
}

// lane is the queue of one bucket; it lasts as long as somebody is in it.
type lane struct {
	turn  chan struct{}
	users int
}

// enter waits for the turn, which lasts until leave is called.
func (l *lanes) enter(ctx context.Context, bucket string) (leave func(), err error) {
	l.mu.Lock()
	if l.of == nil {
		l.of = make(map[string]*lane)
	}
	one := l.of[bucket]
	if one == nil {
		one = &lane{turn: make(chan struct{}, 1)}
		l.of[bucket] = one
	}
	one.users++
	l.mu.Unlock()
	quit := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if one.users--; one.users == 0 {
			delete(l.of, bucket)
		}
	}
	select {
	case one.turn <- struct{}{}:
		return func() { <-one.turn; quit() }, nil
	case <-ctx.Done():
		quit()
		return nil, context.Cause(ctx)
	}
}

// sent is a message that is posted to a channel.
type sent struct {
	message
	Nonce     string     `json:"nonce,omitempty"`
	Enforce   bool       `json:"enforce_nonce,omitempty"`
	Reference *reference `json:"message_reference,omitempty"`
}

type reference struct {
	Message string `json:"message_id"`
	Fail    bool   `json:"fail_if_not_exists"`
}

// post posts a message to a channel, as an answer to another one where there is one. The
// word makes it happen once, however often it is tried: Discord remembers it for some
// minutes. It is up to 25 characters long.
func (c *rest) post(ctx context.Context, channel string, m message, word string, answers bot.MessageID) error {
	out := sent{message: m, Nonce: word, Enforce: word != ""}
	if answers != "" {
		out.Reference = &reference{Message: string(answers)}
	}
	url := discordgo.EndpointChannelMessages(channel)
	return c.request(ctx, http.MethodPost, url, url, out, nil)
}

// permissions are a user's in a channel of a server, as Discord's bits:
// https://discord.com/developers/docs/topics/permissions.
func (c *rest) permissions(ctx context.Context, user, channel string) (may int64, err error) {
	err = c.try(ctx, func(ctx context.Context) (err error) {
		may, err = c.session.UserChannelPermissions(user, channel, discordgo.WithContext(ctx))
		return err
	})
	return may, err
}

// typing shows for ten seconds, or until a message comes, that the bot is typing.
func (c *rest) typing(ctx context.Context, channel string) error {
	leave, err := c.lanes.enter(ctx, "typing/"+channel)
	if err != nil {
		return err
	}
	defer leave()
	return c.once(ctx, func(ctx context.Context) error {
		return c.session.ChannelTyping(channel, discordgo.WithContext(ctx))
	})
}

// ticket is what an interaction is answered with. Its bucket lives as long as it does:
// those in the library's limiter are never let go, and each has another token.
type ticket struct {
	id, app, token string
	bucket         discordgo.Bucket
}

func ticketOf(i *interaction) *ticket {
	return &ticket{id: i.ID, app: i.App, token: i.Token, bucket: discordgo.Bucket{Remaining: 1}}
}

// call makes a request that belongs to a ticket, as often as it takes.
func (c *rest) call(ctx context.Context, t *ticket, method, url string, m message) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.try(ctx, func(ctx context.Context) error { return c.ask(ctx, t, method, url, raw) })
}

// ask makes it once.
func (c *rest) ask(ctx context.Context, t *ticket, method, url string, body []byte) error {
	bucket := c.session.Ratelimiter.LockBucketObject(&t.bucket)
	_, err := c.session.RequestWithLockedBucket(method, url, "application/json", body, bucket, 0, discordgo.WithContext(ctx))
	return err
}

// response is the first answer to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// encoded is the response in JSON. What is written already is not read through again.
func (r response) encoded() ([]byte, error) {
	if written, ok := r.Data.(json.RawMessage); ok {
		return fmt.Appendf(make([]byte, 0, len(written)+len(`{"type":00,"data":}`)), `{"type":%d,"data":%s}`, r.Type, written), nil
	}
	return json.Marshal(r)
}

// answer gives the first answer to an interaction over the API. When a try before it
// was done and its answer lost, Discord says that there is one already: then it is.
func (c *rest) answer(ctx context.Context, t *ticket, r response) error {
	raw, err := r.encoded()
	if err != nil {
		return err
	}
	url := discordgo.EndpointInteractionResponse(t.id, t.token)
	again := false
	return c.try(ctx, func(ctx context.Context) error {
		err := c.ask(ctx, t, http.MethodPost, url, raw)
		if again && coded(sanitized(err), discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged) {
			return nil
		}
		again = true
		return err
	})
}

// edit puts a message in the place of the first answer.
func (c *rest) edit(ctx context.Context, t *ticket, m message) error {
	return c.call(ctx, t, http.MethodPatch, discordgo.EndpointInteractionResponseActions(t.app, t.token), m)
}

// withdraw deletes the first answer.
func (c *rest) withdraw(ctx context.Context, t *ticket) error {
	url := discordgo.EndpointInteractionResponseActions(t.app, t.token)
	return c.try(ctx, func(ctx context.Context) error { return c.ask(ctx, t, http.MethodDelete, url, nil) })
}

// followUp adds a message to an interaction that was answered.
func (c *rest) followUp(ctx context.Context, t *ticket, m message) error {
	return c.call(ctx, t, http.MethodPost, discordgo.EndpointFollowupMessage(t.app, t.token), m)
}
