package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// Registration is what it takes to have Discord show the bot's commands.
type Registration struct {
	// Changes are lines of "+ …" for what would be there and is not, and "- …" for what
	// is there and would go; empty where nothing differs.
	Changes []string
	Written bool // they were made
	Invite  string
}

// Register compares the commands that Discord has with those that the bot declares, and
// with write makes the difference good: all at once, and only where there is one, as
// Discord counts new commands. A guild's commands are there at once and for it alone, fit
// for trying out; without a guild they are for all.
func (a *Adapter) Register(ctx context.Context, guild string, write bool) (Registration, error) {
	if a.config.Token == "" {
		return Registration{}, errors.New("commands are registered with DISCORD_TOKEN: set it, if only for that")
	}
	if guild != "" && !isID(guild) {
		return Registration{}, fmt.Errorf("%q is no server’s id: it is a long number, which Copy Server ID gives in developer mode", guild)
	}
	app, err := a.application(ctx)
	if err != nil {
		return Registration{}, err
	}
	r := Registration{Invite: Invite(app.ID)}
	if r.Changes, err = a.differences(ctx, app.ID, guild); err != nil || len(r.Changes) == 0 || !write {
		return r, err
	}
	err = a.rest.try(ctx, func(ctx context.Context) error {
		_, err := a.rest.session.ApplicationCommandBulkOverwrite(app.ID, guild, declarations(), discordgo.WithContext(ctx))
		return err
	})
	r.Written = err == nil
	return r, err
}

// RegisterOnce registers the commands for all, unless another process has done so for
// this version of them within the hour.
func (a *Adapter) RegisterOnce(ctx context.Context) (Registration, error) {
	if a.config.State != nil {
		lines := strings.Join(linesOf(declarations()), "\n")
		sum := sha256.Sum256([]byte(lines))
		id := bot.EventID("register/" + hex.EncodeToString(sum[:8]))
		first, err := a.config.State.FirstTime(ctx, bot.Scope{Platform: Platform, Workspace: shardScope}, id, time.Hour)
		if err == nil && !first {
			return Registration{}, nil
		}
	}
	return a.Register(ctx, "", true)
}

// differences compares what is registered with what is declared.
func (a *Adapter) differences(ctx context.Context, app, guild string) ([]string, error) {
	var there []*discordgo.ApplicationCommand
	err := a.rest.try(ctx, func(ctx context.Context) (err error) {
		there, err = a.rest.session.ApplicationCommands(app, guild, discordgo.WithContext(ctx))
		return err
	})
	if err != nil {
		return nil, err
	}
	return difference(linesOf(there), linesOf(declarations())), nil
}

// difference is what has to go from one list, and to come, to make it the other. The
// order counts only where nothing else differs.
func difference(from, to []string) []string {
	var out []string
	for _, l := range from {
		if !slices.Contains(to, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range to {
		if !slices.Contains(from, l) {
			out = append(out, "+ "+l)
		}
	}
	if len(out) == 0 && !slices.Equal(from, to) {
		out = []string{"+ the order of the options"}
	}
	return out
}

// linesOf says all that counts of commands, a line each for a command, a subcommand, an
// option.
func linesOf(commands []*discordgo.ApplicationCommand) []string {
	var out []string
	all := slices.Clone(commands)
	slices.SortStableFunc(all, func(a, b *discordgo.ApplicationCommand) int { return int(a.Type) - int(b.Type) })
	for _, c := range all {
		if c == nil {
			continue
		}
		name := c.Name
		kind := "menu"
		if c.Type == discordgo.ChatApplicationCommand {
			name, kind = "/"+c.Name, "command"
		}
		out = append(out, fmt.Sprintf("%s (%s %d, in %s, for %s): %s", name, kind, c.Type, sorted(c.Contexts), sorted(c.IntegrationTypes), c.Description))
		out = append(out, optionLines(name, c.Options)...)
	}
	return out
}

func optionLines(before string, options []*discordgo.ApplicationCommandOption) []string {
	var out []string
	for _, o := range options {
		if o == nil {
			continue
		}
		line := fmt.Sprintf("%s %s (%s", before, o.Name, o.Type)
		if o.Required {
			line += ", needed"
		}
		if o.Autocomplete {
			line += ", completes"
		}
		if o.MinValue != nil {
			line += ", from " + strconv.FormatFloat(*o.MinValue, 'g', -1, 64)
		}
		if o.MaxLength > 0 {
			line += ", up to " + strconv.Itoa(o.MaxLength)
		}
		for _, c := range o.Choices {
			if c != nil {
				line += fmt.Sprintf(", %s=%v", c.Name, c.Value)
			}
		}
		out = append(out, line+"): "+o.Description)
		out = append(out, optionLines(before+" "+o.Name, o.Options)...)
	}
	return out
}

// sorted shows numbers in their order; Discord gives them in its own.
func sorted[T ~uint](all *[]T) string {
	if all == nil {
		return "-"
	}
	list := slices.Clone(*all)
	slices.Sort(list)
	return fmt.Sprint(list)
}

// application is what Discord says of the bot's application, as far as it is asked:
// https://discord.com/developers/docs/resources/application.
type application struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Key      string `json:"verify_key"`
	Endpoint string `json:"interactions_endpoint_url"`
	Public   bool   `json:"bot_public"`
}

func (a *Adapter) application(ctx context.Context) (application, error) {
	var app application
	address := discordgo.EndpointApplication("@me")
	err := a.rest.request(ctx, http.MethodGet, address, address, nil, &app)
	if err == nil && !isID(app.ID) {
		err = errors.New("Discord does not say which application the token is of") //nolint:staticcheck // a name has its capital
	}
	return app, err
}

// Permission is one that the bot asks for in servers.
type Permission struct {
	Name string // as Discord's settings call it
	Bit  int64
	Why  string
}

// Permissions are all that the bot asks for. Slash commands, menus and their answers need
// none of them.
func Permissions() []Permission {
	return []Permission{
		{"View Channels", discordgo.PermissionViewChannel, "to see that it is mentioned"},
		{"Send Messages", discordgo.PermissionSendMessages, "to answer mentions, to say hello where it is added, and to post digests"},
		{"Send Messages in Threads", discordgo.PermissionSendMessagesInThreads, "to answer mentions in threads"},
		{"Read Message History", discordgo.PermissionReadMessageHistory, "to answer as a reply to the message, for which Discord asks for it, and to look for an edition of a digest before it is posted again"},
	}
}

// Invite is the address at which somebody adds the bot to a server, with the least
// permissions, or installs it for themselves.
func Invite(app string) string {
	var bits int64
	for _, p := range Permissions() {
		bits |= p.Bit
	}
	query := url.Values{"client_id": {app}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(bits, 10)}}
	return "https://discord.com/oauth2/authorize?" + query.Encode()
}
