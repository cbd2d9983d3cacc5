package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/slack-go/slack"
)

// class says what an error of Slack's means for who wanted something posted.
type class int

const (
	passing   class = iota // try later: rate limits, an outage
	ambiguous              // it may have happened
	barred                 // somebody has to let the bot in
	gone                   // the channel, or the person, is not there any more
	dead                   // the installation is over
	faulty                 // the app itself has to be mended
)

func (c class) String() string { return Classes()[c] }

// Classes are the names of all classes of errors.
func Classes() []string {
	return []string{"passing", "ambiguous", "barred", "gone", "dead", "faulty"}
}

// classes are the errors of chat.postMessage and its like
// (https://docs.slack.dev/reference/methods/chat.postMessage#errors). One that is
// not here is passing.
var classes = map[string]class{
	"fatal_error": ambiguous,

	"not_in_channel": barred, "restricted_action": barred, "restricted_action_read_only_channel": barred,
	"restricted_action_thread_only_channel": barred, "restricted_action_non_threadable_channel": barred,
	"restricted_action_thread_locked": barred, "ekm_access_denied": barred, "no_permission": barred,
	"messages_tab_disabled": barred, "access_denied": barred, "cannot_reply_to_message": barred,

	"channel_not_found": gone, "is_archived": gone, "user_not_found": gone, "user_disabled": gone, "cannot_dm_bot": gone,

	"account_inactive": dead, "token_revoked": dead, "invalid_auth": dead, "not_authed": dead, "token_expired": dead,

	"missing_scope": faulty, "invalid_blocks": faulty, "invalid_blocks_format": faulty, "msg_blocks_too_long": faulty,
	"msg_too_long": faulty, "metadata_too_large": faulty, "no_text": faulty, "invalid_arguments": faulty, "not_allowed_token_type": faulty,
}

// classify tells what an error means. A call that ran out of time, or whose
// connection broke, may have been carried out.
func classify(err error) class {
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return classes[answer.Err]
	}
	if errors.Is(err, errNotInstalled) || errors.Is(err, errBroken) {
		return dead
	}
	if _, ok := errors.AsType[*slack.RateLimitedError](err); ok || errors.Is(err, errQueueFull) {
		return passing
	}
	if _, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return ambiguous
	}
	if _, ok := errors.AsType[*url.Error](err); ok || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errCall) {
		return ambiguous
	}
	return passing
}

// errCall is a call that did not come to an answer.
var errCall = errors.New("no answer from Slack")

// redacted takes the address off an error: the one that answers go to is a secret, and
// so may be others.
func redacted(err error) error {
	if call, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%w: %s: %w", errCall, call.Op, call.Err)
	}
	return err
}
