package discord

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// rootName is the slash command whose subcommands are the bot's commands.
const rootName = "arch"

// The commands of context menus.
const (
	findName      = "Find resources for this" // of a message
	recommendName = "Recommend to"            // of a user
)

// What commands of other platforms name and this one has a control for.
const (
	optFor   = "for"
	optQuery = "query"
)

// declarations are the application commands, made from the core's. All work in guilds
// and in direct messages, and for those who have installed the app for themselves.
func declarations() []*discordgo.ApplicationCommand {
	root := &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: rootName,
		Description: "Resources on software architecture, from a curated list",
	}
	for _, c := range slashed() {
		root.Options = append(root.Options, subcommand(c))
	}
	all := []*discordgo.ApplicationCommand{
		root,
		{Type: discordgo.MessageApplicationCommand, Name: findName},
		{Type: discordgo.UserApplicationCommand, Name: recommendName},
	}
	for _, c := range all {
		c.Contexts = &[]discordgo.InteractionContextType{
			discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel,
		}
		c.IntegrationTypes = &[]discordgo.ApplicationIntegrationType{
			discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall,
		}
	}
	return all
}

// slashed are the core's commands that can be slash commands.
func slashed() []bot.Command {
	return slices.DeleteFunc(slices.Clone(commands()), func(c bot.Command) bool {
		return c.Surfaces != nil && !slices.Contains(c.Surfaces, bot.SurfaceCommand)
	})
}

// subcommand declares a command, or a group with those that are in it. A group by itself
// cannot be typed on Discord: its list is one of those in it.
func subcommand(c bot.Command) *discordgo.ApplicationCommandOption {
	sub := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: c.Name, Description: sentence(c.Summary),
	}
	if len(c.Subcommands) > 0 {
		sub.Type = discordgo.ApplicationCommandOptionSubCommandGroup
		for _, inner := range c.Subcommands {
			sub.Options = append(sub.Options, subcommand(inner))
		}
		return sub
	}
	for _, o := range c.Options {
		sub.Options = append(sub.Options, option(o))
	}
	// Discord wants what is required before what is not.
	slices.SortStableFunc(sub.Options, func(a, b *discordgo.ApplicationCommandOption) int {
		switch {
		case a.Required && !b.Required:
			return -1
		case b.Required && !a.Required:
			return 1
		}
		return 0
	})
	return sub
}

// option declares an option with the control that fits it: somebody, a switch, a
// choice, a number, or text that may be completed.
func option(o bot.Option) *discordgo.ApplicationCommandOption {
	d := &discordgo.ApplicationCommandOption{Name: o.Name, Description: sentence(o.Help), Required: o.Required}
	switch {
	case o.Type == bot.Member:
		d.Type = discordgo.ApplicationCommandOptionUser
	case isSwitch(o):
		d.Type = discordgo.ApplicationCommandOptionBoolean
	case o.Type == bot.Number:
		least := 1.0
		d.Type, d.MinValue = discordgo.ApplicationCommandOptionInteger, &least
	case len(o.Choices) > 0 && len(o.Choices) <= maxCompletions:
		d.Type = discordgo.ApplicationCommandOptionString
		for _, c := range o.Choices {
			d.Choices = append(d.Choices, &discordgo.ApplicationCommandOptionChoice{Name: cut(c, maxChoiceText), Value: c})
		}
	default:
		d.Type, d.MaxLength = discordgo.ApplicationCommandOptionString, bot.MaxText
		d.Autocomplete = o.Values != bot.Anything || len(o.Choices) > 0
	}
	return d
}

// commands are the core's: one table, which is only read.
var commands = sync.OnceValue(bot.Commands)

// at is the core's command at a path, such as "search" or "digest add".
func at(path string) (bot.Command, bool) {
	for _, c := range commands() {
		if found, ok := c.At(path); ok {
			return found, true
		}
	}
	return bot.Command{}, false
}

// isSwitch reports whether an option is on or off: it has one value to choose.
func isSwitch(o bot.Option) bool { return len(o.Choices) == 1 }

// sentence is a description: with a capital, and no longer than Discord takes.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return cut(string(unicode.ToUpper(r))+s[size:], maxOptionHelp)
}
