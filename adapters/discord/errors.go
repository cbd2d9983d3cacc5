package discord

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"
)

// refusal is Discord's no to a request, without what its library's errors hold besides:
// tokens, in addresses and headers.
type refusal struct {
	status int
	code   int // Discord's own, https://discord.com/developers/docs/topics/opcodes-and-status-codes
	text   string
	wait   time.Duration // until it may be asked again, where it says so
}

func (r *refusal) Error() string {
	return fmt.Sprintf("Discord answers %d, code %d: %s", r.status, r.code, r.text)
}

// What is to be done about an error, to be found with errors.Is.
var (
	// ErrUnauthorized says that Discord does not know the token. Nothing works until it
	// is replaced.
	ErrUnauthorized = errors.New("Discord does not accept the token: copy it anew from the Bot page of the developer portal into DISCORD_TOKEN") //nolint:staticcheck // a name has its capital
	// errBudget says that so much was refused lately that Discord would lock the
	// address out if that went on.
	errBudget = errors.New("too much was refused lately: requests rest, so that Discord does not lock this address out")
)

// sanitized turns an error of the library into one that holds no secret.
func sanitized(err error) error {
	if rest, ok := errors.AsType[*discordgo.RESTError](err); ok {
		r := &refusal{text: "no reason is given"}
		if rest.Response != nil {
			r.status = rest.Response.StatusCode
		}
		if rest.Message != nil {
			r.code, r.text = rest.Message.Code, cut(clean(rest.Message.Message), maxRemark)
		}
		return r
	}
	if limited, ok := errors.AsType[*discordgo.RateLimitError](err); ok {
		r := &refusal{status: 429, text: "asked too often"}
		if limited.RateLimit != nil && limited.TooManyRequests != nil {
			r.wait = limited.RetryAfter
		}
		return r
	}
	if at, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("Discord cannot be asked: %w", at.Err) //nolint:staticcheck // a name has its capital
	}
	return err
}

// coded reports whether an error is Discord's no with one of these codes.
func coded(err error, codes ...int) bool {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return false
	}
	for _, c := range codes {
		if r.code == c {
			return true
		}
	}
	return false
}

// late reports whether an interaction can be answered no more: it has expired, or was
// answered by somebody else. Asking again does not change that.
func late(err error) bool {
	return coded(err, discordgo.ErrCodeUnknownInteraction, discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged,
		discordgo.ErrCodeUnknownWebhook, discordgo.ErrCodeInvalidWebhookTokenProvided)
}

// malformed reports whether Discord refused what was sent, rather than us.
func malformed(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && r.status == 400 && r.code != discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged
}

// fleeting reports whether the same request may well work in a moment.
func fleeting(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return !ok && !errors.Is(err, ErrUnauthorized) && !errors.Is(err, errBudget) || ok && (r.status >= 500 || r.status == 429)
}

// Classes are what an error of Discord's may mean for who wanted something: passing, try
// later; ambiguous, it may have happened; barred, somebody has to let the bot in; gone,
// what it is about is not there any more; dead, the token is not accepted; faulty, the
// bot itself has to be mended.
func Classes() []string {
	return []string{"passing", "ambiguous", "barred", "gone", "dead", "faulty"}
}

// classOf is the class of an error.
func classOf(err error) string {
	r, refused := errors.AsType[*refusal](err)
	switch {
	case errors.Is(err, ErrUnauthorized), refused && r.status == 401:
		return "dead"
	case errors.Is(err, errBudget), refused && (r.status == 429 || r.status >= 500):
		return "passing"
	case !refused:
		return "ambiguous"
	case late(err), r.status == 404:
		return "gone"
	case r.status == 403:
		return "barred"
	}
	return "faulty"
}
