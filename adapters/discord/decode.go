package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
)

// What comes in is decoded by types of our own, of the fields that are used and no
// others. Discordgo's refuse a whole interaction for a component that they do not know,
// deep inside of a message that nobody looks at.

// interaction is what somebody did with the bot:
// https://discord.com/developers/docs/interactions/receiving-and-responding.
type interaction struct {
	ID      string                    `json:"id"`
	App     string                    `json:"application_id"`
	Type    discordgo.InteractionType `json:"type"`
	Token   string                    `json:"token"` // secret: who has it can answer
	Guild   string                    `json:"guild_id"`
	Channel string                    `json:"channel_id"`
	Locale  string                    `json:"locale"`
	Context *int                      `json:"context"`
	Member  *member                   `json:"member"`
	User    *user                     `json:"user"`
	Message *source                   `json:"message"` // of a component
	Data    json.RawMessage           `json:"data"`
}

type user struct {
	ID     string `json:"id"`
	Name   string `json:"username"`
	Global string `json:"global_name"`
	Bot    bool   `json:"bot"`
}

type member struct {
	User        *user  `json:"user"`
	Permissions string `json:"permissions"`
}

// source is the message that a component stands in.
type source struct {
	ID    string                 `json:"id"`
	Flags discordgo.MessageFlags `json:"flags"`
}

// invocation is the data of a command, or of one being typed.
type invocation struct {
	Name     string                           `json:"name"`
	Type     discordgo.ApplicationCommandType `json:"type"`
	Options  []given                          `json:"options"`
	Target   string                           `json:"target_id"`
	Resolved struct {
		Messages map[string]struct {
			Content string `json:"content"`
		} `json:"messages"`
		Users map[string]*user `json:"users"`
	} `json:"resolved"`
}

// given is an option as somebody filled it in.
type given struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []given                                `json:"options"`
	Focused bool                                   `json:"focused"`
}

// pressed is the data of a component.
type pressed struct {
	ID     string                  `json:"custom_id"`
	Number int                     `json:"id"` // see buttonID
	Type   discordgo.ComponentType `json:"component_type"`
	Values []string                `json:"values"`
}

// submitted is the data of a modal. A field stands in a row, or in a label.
type submitted struct {
	ID   string `json:"custom_id"`
	Rows []struct {
		Fields []filled `json:"components"`
		Field  *filled  `json:"component"`
	} `json:"components"`
}

type filled struct {
	ID     string   `json:"custom_id"`
	Value  string   `json:"value"`
	Values []string `json:"values"`
}

// What may be wrong with what comes in.
var (
	errMalformed = errors.New("it is not formed as an interaction is")
	errNobody    = errors.New("it says of nobody that they did it")
	errUnknown   = errors.New("it is of a kind that is not known here")
)

var (
	snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9._~=-]{1,512}$`)
)

// isID reports whether a word is a Discord id.
func isID(s string) bool { return snowflake.MatchString(s) }

// decode reads an interaction and checks what everything after it relies on.
func decode(raw []byte) (*interaction, error) {
	var i interaction
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&i); err != nil {
		return nil, errMalformed // the cause may quote what somebody typed
	}
	if i.Type == discordgo.InteractionPing {
		return &i, nil
	}
	switch {
	case !isID(i.ID), !isID(i.App), !tokenForm.MatchString(i.Token), i.Guild != "" && !isID(i.Guild), i.Channel != "" && !isID(i.Channel):
		return nil, errMalformed
	case i.who() == nil || !isID(i.who().ID):
		return nil, errNobody
	}
	return &i, nil
}

// who did it: a member in a guild, a user elsewhere.
func (i *interaction) who() *user {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User
	}
	return i.User
}

// alone reports whether it was done in direct messages with the bot, where nobody else
// sees an answer.
func (i *interaction) alone() bool {
	const botDirect = int(discordgo.InteractionContextBotDM)
	return i.Guild == "" && (i.Context == nil || *i.Context == botDirect)
}

// base is what is in every request that is made of the interaction.
func (i *interaction) base(surface bot.Surface) bot.Request {
	r := bot.Request{
		Platform: Platform, Workspace: bot.WorkspaceID(i.Guild), Channel: bot.ChannelID(i.Channel),
		User: bot.UserID(i.who().ID), Event: bot.EventID("i" + i.ID), Surface: surface, Locale: i.Locale,
		MayAdminister: i.mayAdminister,
	}
	if i.alone() {
		r.Channel = ""
	}
	if i.Message != nil && isID(i.Message.ID) {
		r.Message = bot.MessageID(i.Message.ID)
	}
	return r
}

// mayAdminister says whether who did it may manage the guild. In direct messages,
// everybody may what concerns nobody else.
func (i *interaction) mayAdminister(context.Context) (bool, error) {
	if i.Guild == "" {
		return i.alone(), nil
	}
	if i.Member == nil {
		return false, nil
	}
	permissions, err := strconv.ParseInt(i.Member.Permissions, 10, 64)
	if err != nil {
		return false, fmt.Errorf("the member’s permissions are not a number")
	}
	return permissions&(discordgo.PermissionAdministrator|discordgo.PermissionManageGuild) != 0, nil
}

// asked is what an interaction asks for.
type asked struct {
	request   bot.Request
	complete  bool           // it is being typed: completions are asked for
	modal     *modal         // it only opens this
	form      bool           // it only opens the form of the request's command
	public    bool           // everybody in the channel is to see the answer
	button    bot.ButtonKind // what was pressed, where that is known
	ephemeral bool           // it was pressed in a message that nobody else sees
}

// turns reports whether the answer takes the place of the one that was pressed in:
// another page of it, another kind, another draw.
func (a asked) turns() bool {
	return a.button == bot.ButtonNext || a.button == bot.ButtonOnly || a.button == bot.ButtonAgain
}

// read turns an interaction into what it asks for.
func (i *interaction) read() (asked, error) {
	switch i.Type {
	case discordgo.InteractionApplicationCommand, discordgo.InteractionApplicationCommandAutocomplete:
		return i.readCommand()
	case discordgo.InteractionMessageComponent:
		return i.readComponent()
	case discordgo.InteractionModalSubmit:
		return i.readModal()
	case discordgo.InteractionPing:
	}
	return asked{}, errUnknown
}

func (i *interaction) readCommand() (asked, error) {
	var in invocation
	if json.Unmarshal(i.Data, &in) != nil {
		return asked{}, errMalformed
	}
	switch in.Type {
	case discordgo.MessageApplicationCommand:
		m, ok := in.Resolved.Messages[in.Target]
		if !ok || in.Name != findName {
			return asked{}, errUnknown
		}
		r := i.base(bot.SurfaceMenu)
		r.Command = "ask"
		r.Options = bot.Options{"question": cut(clean(m.Content), bot.MaxText)}
		return asked{request: r}, nil
	case discordgo.UserApplicationCommand:
		if in.Name != recommendName || !isID(in.Target) {
			return asked{}, errUnknown
		}
		return asked{modal: recommend(in.Target, in.Resolved.Users[in.Target])}, nil
	case discordgo.ChatApplicationCommand, 0:
		return i.readSlash(in)
	}
	return asked{}, errUnknown
}

// readSlash reads "/arch SUBCOMMAND option:value …", or "/arch GROUP SUBCOMMAND …".
func (i *interaction) readSlash(in invocation) (asked, error) {
	if in.Name != rootName || len(in.Options) != 1 {
		return asked{}, errUnknown
	}
	sub := in.Options[0]
	path := sub.Name
	if sub.Type == discordgo.ApplicationCommandOptionSubCommandGroup && len(sub.Options) == 1 {
		sub = sub.Options[0]
		path += " " + sub.Name
	}
	if sub.Type != discordgo.ApplicationCommandOptionSubCommand {
		return asked{}, errUnknown
	}
	r := i.base(bot.SurfaceCommand)
	r.Command, r.Options = path, make(bot.Options)
	a := asked{complete: i.Type == discordgo.InteractionApplicationCommandAutocomplete}
	command, ok := at(path)
	if !ok || command.Path() != path {
		return asked{}, errUnknown
	}
	if len(sub.Options) > maxOptions {
		return asked{}, errMalformed
	}
	for _, g := range sub.Options {
		o := slices.IndexFunc(command.Options, func(o bot.Option) bool { return o.Name == g.Name })
		if o < 0 {
			return asked{}, errUnknown
		}
		value, err := g.text(command.Options[o], a.complete)
		if err != nil {
			return asked{}, err
		}
		if g.Focused {
			r.Focus, r.Text = g.Name, value
			continue
		}
		if value == "" {
			continue
		}
		r.Options[g.Name] = value
		a.public = a.public || command.Options[o].Social
	}
	a.request = r
	return a, nil
}

// text is an option's value as the core takes it. While it is being typed, a number may
// be anything.
func (g given) text(o bot.Option, typing bool) (string, error) {
	switch g.Type {
	case discordgo.ApplicationCommandOptionString:
		var s string
		if json.Unmarshal(g.Value, &s) != nil {
			return "", errMalformed
		}
		return s, nil
	case discordgo.ApplicationCommandOptionInteger:
		n, err := strconv.ParseInt(string(g.Value), 10, 32)
		if err != nil && !typing {
			return "", errMalformed
		}
		return strconv.FormatInt(n, 10), nil
	case discordgo.ApplicationCommandOptionBoolean:
		var on bool
		if json.Unmarshal(g.Value, &on) != nil || !isSwitch(o) {
			return "", errMalformed
		}
		if !on {
			return "", nil
		}
		return o.Choices[0], nil
	case discordgo.ApplicationCommandOptionUser:
		var id string
		if json.Unmarshal(g.Value, &id) != nil || !isID(id) || o.Type != bot.Member {
			return "", errMalformed
		}
		return id, nil
	default:
		return "", errUnknown
	}
}

func (i *interaction) readComponent() (asked, error) {
	var in pressed
	if json.Unmarshal(i.Data, &in) != nil {
		return asked{}, errMalformed
	}
	ephemeral := i.Message != nil && i.Message.Flags&discordgo.MessageFlagsEphemeral != 0
	switch in.Type {
	case discordgo.ButtonComponent:
		r := i.base(bot.SurfaceButton)
		if command, _, ok := parseModalID(in.ID); ok {
			r.Command, r.Event = command, ""
			return asked{request: r, form: true}, nil
		}
		if in.ID == "" {
			return asked{}, errMalformed
		}
		token, _, _ := strings.Cut(in.ID, editionSign)
		r.Token = bot.Token(token)
		a := asked{request: r, ephemeral: ephemeral, button: buttonOf(in.Number)}
		if a.button == bot.ButtonShare && r.Message != "" { // however often it is pressed
			a.request.Event = bot.EventID("share/" + string(r.Message) + "/" + string(r.User))
			a.public = true
		}
		return a, nil
	case discordgo.SelectMenuComponent:
		if len(in.Values) != 1 || in.Values[0] == "" || !strings.HasPrefix(in.ID, menuID) {
			return asked{}, errMalformed
		}
		r := i.base(bot.SurfaceMenu)
		r.Token = bot.Token(in.Values[0])
		return asked{request: r}, nil
	default:
		return asked{}, errUnknown
	}
}

func (i *interaction) readModal() (asked, error) {
	var in submitted
	if json.Unmarshal(i.Data, &in) != nil {
		return asked{}, errMalformed
	}
	command, fixed, ok := parseModalID(in.ID)
	if !ok {
		return asked{}, errUnknown
	}
	r := i.base(bot.SurfaceForm)
	r.Command, r.Options = command, fixed
	a := asked{public: fixed[optFor] != ""}
	for _, row := range in.Rows {
		fields := row.Fields
		if row.Field != nil {
			fields = append(fields, *row.Field)
		}
		for _, f := range fields {
			value := f.Value
			if len(f.Values) == 1 {
				value = f.Values[0]
			}
			if f.ID == "" || f.ID == optFor {
				return asked{}, errMalformed
			}
			if value = strings.TrimSpace(value); value != "" {
				r.Options[f.ID] = value
			}
		}
	}
	a.request = r
	return a, nil
}
