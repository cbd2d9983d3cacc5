package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"archbot/internal/checkup"
)

// How far this machine's clock may be from Slack's: signatures are good for five
// minutes (https://docs.slack.dev/authentication/verifying-requests-from-slack).
const (
	clockDoubt = time.Minute
	clockWrong = 5 * time.Minute
)

// Checkup looks at the app as Slack sees it: token, permissions, how deliveries
// come, the clock, and whether the bot is in the channels named by id.
func (a *Adapter) Checkup(ctx context.Context, channels []string) []checkup.Finding {
	client := newClient(a.config, a.http, a.config.BotToken, retries)
	test, err := client.AuthTestContext(ctx)
	if err != nil {
		return append([]checkup.Finding{tokenTrouble(redacted(err))}, a.checkSocket(ctx), a.checkSecret())
	}
	all := []checkup.Finding{
		{Part: "Slack token", Verdict: checkup.Fine, Text: fmt.Sprintf("The bot is @%s in the workspace %s.", test.User, test.Team)},
		checkScopes(test.Header), checkClock(test.Header, time.Now()), a.checkSocket(ctx), a.checkSecret(),
	}
	for _, id := range channels {
		all = append(all, checkChannel(ctx, client, id))
	}
	return all
}

// tokenTrouble says what to do about a token that cannot be used.
func tokenTrouble(err error) checkup.Finding {
	f := checkup.Finding{Part: "Slack token", Verdict: checkup.Wrong, Text: "Slack cannot be asked: " + err.Error() + ".", Mend: "See that this machine reaches Slack, or set SLACK_API_URL."}
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		f.Text = "Slack refuses SLACK_BOT_TOKEN: " + answer.Err + "."
		f.Mend = "Install the app to the workspace again, and copy the Bot User OAuth Token from OAuth & Permissions."
	}
	return f
}

// checkScopes compares the token's scopes, which Slack sends with each answer, with
// those that are needed.
func checkScopes(h http.Header) checkup.Finding {
	f := checkup.Finding{Part: "Slack scopes", Verdict: checkup.Fine, Text: "The token has all scopes."}
	sent := h.Get("X-Oauth-Scopes")
	if sent == "" {
		f.Verdict, f.Text, f.Mend = checkup.Doubt, "Slack does not say which scopes the token has.", "Compare OAuth & Permissions with the output of archbot manifest."
		return f
	}
	has := strings.Split(strings.ReplaceAll(sent, " ", ""), ",")
	var missing []string
	for _, s := range Scopes() {
		if !slices.Contains(has, s.Name) {
			missing = append(missing, fmt.Sprintf("%s (%s)", s.Name, s.Why))
		}
	}
	needed := namesOf(Scopes())
	more := slices.DeleteFunc(has, func(s string) bool { return slices.Contains(needed, s) })
	switch {
	case len(missing) > 0:
		f.Verdict, f.Text = checkup.Wrong, "The token lacks "+strings.Join(missing, ", ")+"."
		f.Mend = "Add them under OAuth & Permissions, or paste the output of archbot manifest under App Manifest; then install the app again."
	case len(more) > 0:
		f.Verdict, f.Text = checkup.Doubt, "The token may do more than it needs: "+strings.Join(more, ", ")+"."
		f.Mend = "Take these scopes off under OAuth & Permissions, unless another program uses the token."
	}
	return f
}

// checkClock compares this machine's clock with the date of an answer.
func checkClock(h http.Header, now time.Time) checkup.Finding {
	f := checkup.Finding{Part: "clock", Verdict: checkup.Fine, Text: "This machine's clock agrees with Slack's."}
	there, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return checkup.Finding{Part: "clock", Verdict: checkup.Doubt, Text: "Slack does not say what time it is.", Mend: "See that the clock is set by NTP."}
	}
	switch off := now.Sub(there).Abs().Round(time.Second); {
	case off > clockWrong:
		f.Verdict, f.Text = checkup.Wrong, fmt.Sprintf("This machine's clock is %s off, so no signature of Slack's is accepted.", off)
	case off > clockDoubt:
		f.Verdict, f.Text = checkup.Doubt, fmt.Sprintf("This machine's clock is %s off; from five minutes on no signature of Slack's is accepted.", off)
	}
	if f.Verdict != checkup.Fine {
		f.Mend = "Set the clock by NTP."
	}
	return f
}

// checkSocket opens no connection, but asks for one as that takes all that a
// connection takes.
func (a *Adapter) checkSocket(ctx context.Context) checkup.Finding {
	f := checkup.Finding{Part: "Slack Socket Mode", Verdict: checkup.Fine, Text: "Slack gives out connections."}
	if a.config.AppToken == "" {
		f.Verdict, f.Text = checkup.Off, "SLACK_APP_TOKEN is not set; deliveries come over HTTP."
		return f
	}
	_, _, err := newClient(a.config, a.http, a.config.BotToken, retries).StartSocketModeContext(ctx)
	if err != nil {
		f.Verdict, f.Text = checkup.Wrong, "Slack gives out no connection: "+redacted(err).Error()+"."
		f.Mend = refused(err)
		if f.Mend == "" {
			f.Mend = "Try again; where it stays so, look at the app's page under Socket Mode."
		}
	}
	return f
}

// secretShape is what Slack's signing secrets look like.
var secretShape = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (a *Adapter) checkSecret() checkup.Finding {
	f := checkup.Finding{Part: "Slack over HTTP", Verdict: checkup.Fine, Text: "SLACK_SIGNING_SECRET is set; Slack posts to " + PathCommands + ", " + PathInteractivity + " and " + PathEvents + "."}
	switch {
	case a.config.SigningSecret == "":
		f.Verdict, f.Text = checkup.Off, "SLACK_SIGNING_SECRET is not set; deliveries come by Socket Mode."
	case !secretShape.MatchString(a.config.SigningSecret):
		f.Verdict, f.Text = checkup.Doubt, "SLACK_SIGNING_SECRET does not look like one: 32 digits and letters from a to f."
		f.Mend = "Copy the Signing Secret, not the Client Secret, from Basic Information."
	}
	return f
}

// checkChannel says whether the bot can post in a channel.
func checkChannel(ctx context.Context, client *slack.Client, id string) checkup.Finding {
	f := checkup.Finding{Part: "Slack channel " + id, Verdict: checkup.Fine}
	c, err := client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
	switch {
	case err != nil:
		f.Verdict, f.Text = checkup.Wrong, "It cannot be looked at: "+redacted(err).Error()+"."
		f.Mend = "Name it by its id, which stands at the end of the channel's details; a private one needs /invite @archbot first."
	case c.IsArchived:
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "#"+c.Name+" is archived.", "Unarchive it, or choose another."
	case !c.IsMember:
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "The bot is not in #"+c.Name+".", "Type /invite @archbot there."
	default:
		f.Text = "The bot is in #" + c.Name + "."
	}
	return f
}
