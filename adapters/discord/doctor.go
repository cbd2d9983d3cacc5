package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"archbot/internal/checkup"
)

// Checkup looks at the bot as Discord sees it: token, commands, how interactions come,
// the Gateway, and whether it may write in the channels named by id.
func (a *Adapter) Checkup(ctx context.Context, channels []string) []checkup.Finding {
	if a.config.Token == "" {
		return []checkup.Finding{{
			Part: "Discord token", Verdict: checkup.Off,
			Text: "DISCORD_TOKEN is not set; interactions come over HTTP, direct messages and mentions do not come.",
		}}
	}
	app, err := a.application(ctx)
	if err != nil {
		return []checkup.Finding{tokenTrouble(err)}
	}
	all := []checkup.Finding{
		{Part: "Discord token", Verdict: checkup.Fine, Text: "The bot is of the application " + clean(app.Name) + "."},
		a.checkCommands(ctx, app.ID), a.checkEndpoint(app), a.checkGateway(ctx),
	}
	for _, id := range channels {
		all = append(all, a.checkChannel(ctx, app.ID, id))
	}
	return all
}

// tokenTrouble says what to do about a token that cannot be used.
func tokenTrouble(err error) checkup.Finding {
	f := checkup.Finding{
		Part: "Discord token", Verdict: checkup.Wrong, Text: "Discord cannot be asked: " + err.Error() + ".",
		Mend: "See that this machine reaches Discord, or set DISCORD_API_URL.",
	}
	if r, ok := errors.AsType[*refusal](err); ok && r.status == 401 || errors.Is(err, ErrUnauthorized) {
		f.Text = "Discord refuses DISCORD_TOKEN."
		f.Mend = "Press Reset Token on the Bot page of the developer portal, and copy the new one."
	}
	return f
}

func (a *Adapter) checkCommands(ctx context.Context, app string) checkup.Finding {
	f := checkup.Finding{Part: "Discord commands", Verdict: checkup.Fine, Text: "They are registered as this archbot declares them."}
	changes, err := a.differences(ctx, app, "")
	switch {
	case err != nil:
		f.Verdict, f.Text, f.Mend = checkup.Doubt, "They cannot be looked at: "+err.Error()+".", "Try again in a minute."
	case len(changes) > 0:
		f.Verdict, f.Text = checkup.Wrong, fmt.Sprintf("What is registered differs in %d lines from what this archbot declares.", len(changes))
		f.Mend = "archbot register shows the difference and makes it good."
	}
	return f
}

// checkEndpoint compares how Discord sends interactions with how they are awaited.
func (a *Adapter) checkEndpoint(app application) checkup.Finding {
	f := checkup.Finding{Part: "Discord interactions", Verdict: checkup.Fine, Text: "They come over the Gateway."}
	switch {
	case app.Endpoint == "" && a.key == nil:
	case app.Endpoint == "":
		f.Verdict, f.Text = checkup.Doubt, "DISCORD_PUBLIC_KEY is set, but Discord sends interactions over the Gateway."
		f.Mend = "Enter the https address that leads to " + PathInteractions + " as Interactions Endpoint URL in the developer portal, or leave the key out."
	case a.key == nil:
		f.Verdict, f.Text = checkup.Wrong, "Discord posts interactions to "+clean(app.Endpoint)+", and DISCORD_PUBLIC_KEY is not set: they are refused."
		f.Mend = "Set DISCORD_PUBLIC_KEY, or remove the Interactions Endpoint URL in the developer portal."
	case !strings.EqualFold(strings.TrimSpace(a.config.PublicKey), app.Key):
		f.Verdict, f.Text = checkup.Wrong, "DISCORD_PUBLIC_KEY is another application’s: no interaction is accepted."
		f.Mend = "Copy the Public Key from General Information in the developer portal."
	case !strings.HasSuffix(app.Endpoint, PathInteractions):
		f.Verdict, f.Text = checkup.Doubt, "Discord posts interactions to "+clean(app.Endpoint)+", which does not end in "+PathInteractions+"."
		f.Mend = "See that what is before archbot leads there."
	default:
		f.Text = "Discord posts them to " + clean(app.Endpoint) + "."
	}
	return f
}

// checkGateway opens no connection, which would count.
func (a *Adapter) checkGateway(ctx context.Context) checkup.Finding {
	f := checkup.Finding{Part: "Discord Gateway", Verdict: checkup.Fine}
	about, err := a.gateway.about(ctx)
	if err != nil {
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "It cannot be asked about: "+err.Error()+".", "Try again in a minute; https://discordstatus.com says whether others have the same."
		return f
	}
	limit := about.SessionStartLimit
	f.Text = fmt.Sprintf("%d shards; %d of %d sessions can still be begun today. No privileged intent is needed.", about.Shards, limit.Remaining, limit.Total)
	if limit.Remaining < about.Shards+20 {
		f.Verdict, f.Mend = checkup.Doubt, "Something starts again and again: look at the logs before Discord resets the token."
	}
	return f
}

// checkChannel says what the bot lacks in a channel.
func (a *Adapter) checkChannel(ctx context.Context, self, id string) checkup.Finding {
	f := checkup.Finding{Part: "Discord channel " + clean(id), Verdict: checkup.Fine, Text: "The bot may do all that it needs there."}
	if !isID(id) {
		f.Verdict, f.Text, f.Mend = checkup.Wrong, "That is no id.", "It is a long number, which Copy Channel ID gives in developer mode."
		return f
	}
	may, err := a.rest.permissions(ctx, self, id)
	if err != nil {
		f.Verdict, f.Text = checkup.Wrong, "It cannot be looked at: "+err.Error()+"."
		f.Mend = "See that the bot was invited to that server, and may view the channel."
		return f
	}
	var lacking []string
	for _, p := range Permissions() {
		if may&p.Bit == 0 {
			lacking = append(lacking, fmt.Sprintf("%s (%s)", p.Name, p.Why))
		}
	}
	if len(lacking) > 0 {
		f.Verdict, f.Text = checkup.Wrong, "The bot lacks "+strings.Join(lacking, ", ")+"."
		f.Mend = "Allow it under Permissions in the channel’s settings, or use the invite link that archbot register prints."
	}
	return f
}
