package discordfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of https://discord.com/developers/docs/interactions/application-commands.
const (
	maxChatCommands  = 100
	maxMenuCommands  = 15
	maxName          = 32
	maxDescription   = 100
	maxCommandOption = 25
	maxCommandText   = 8000
	maxCreations     = 200 // in a day
)

// The types of commands and of their options.
const (
	commandChat    = 1
	commandUser    = 2
	commandMessage = 3

	optionSubcommand = 1
	optionGroup      = 2
	optionString     = 3
	optionInteger    = 4
	optionBoolean    = 5
	optionUser       = 6
)

// commandName is the expression that the documentation gives; Go has no classes for
// scripts by \p{sc=…}, and calls these two scripts by their names.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// command is a registered application command, as the bot declared it.
type command map[string]any

func (c command) kind() int { return orElse(number(c["type"]), commandChat) }

// CheckCommands says what Discord would refuse of declared commands.
func CheckCommands(commands []map[string]any) []string {
	f := &form{}
	counts := map[int]int{}
	names := map[string]bool{}
	for i, c := range commands {
		path := fmt.Sprintf("[%d]", i)
		kind := command(c).kind()
		counts[kind]++
		key := fmt.Sprint(kind, c["name"])
		if names[key] {
			f.errorf(path, "application command names must be unique")
		}
		names[key] = true
		f.command(path, c, kind)
	}
	if counts[commandChat] > maxChatCommands || counts[commandUser] > maxMenuCommands || counts[commandMessage] > maxMenuCommands {
		f.errorf("", "there are too many commands (30032)")
	}
	return f.wrong
}

func (f *form) command(path string, c map[string]any, kind int) {
	switch kind {
	case commandChat:
		f.named(path, c)
		f.options(path, c, 0)
		if n := commandText(c); n > maxCommandText {
			f.errorf(path, "a command’s combined size is up to %d, and this is %d", maxCommandText, n)
		}
	case commandUser, commandMessage:
		f.length(path+".name", c["name"], 1, maxName)
		if text(c["description"]) != "" || len(objects(c["options"])) > 0 {
			f.errorf(path, "context menu commands have neither description nor options")
		}
	default:
		f.errorf(path+".type", "is no type of command")
	}
	for _, name := range []string{"contexts", "integration_types"} {
		if v, given := c[name]; given && v != nil {
			if all, ok := v.([]any); !ok || len(all) == 0 {
				f.errorf(path+"."+name, "is a list with something in it")
			}
		}
	}
}

// named checks name and description of a command or an option.
func (f *form) named(path string, c map[string]any) {
	name := f.length(path+".name", c["name"], 1, maxName)
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		f.errorf(path+".name", "%q is no name for a command", name)
	}
	f.length(path+".description", c["description"], 1, maxDescription)
}

func (f *form) options(path string, c map[string]any, depth int) {
	options := objects(c["options"])
	if len(options) > maxCommandOption {
		f.errorf(path+".options", "must be %d or fewer in length", maxCommandOption)
	}
	names, optional, subs := map[string]bool{}, false, 0
	for i, o := range options {
		path := fmt.Sprintf("%s.options[%d]", path, i)
		f.named(path, o)
		if names[text(o["name"])] {
			f.errorf(path+".name", "option names must be unique")
		}
		names[text(o["name"])] = true
		switch number(o["type"]) {
		case optionSubcommand, optionGroup:
			subs++
			if depth > 1 || number(o["type"]) == optionGroup && depth > 0 {
				f.errorf(path, "commands are not nested as deep")
			}
			f.options(path, o, depth+1)
			continue
		case optionString, optionInteger, optionBoolean, optionUser:
		default:
			f.errorf(path+".type", "is no type of option")
		}
		if required, _ := o["required"].(bool); !required {
			optional = true
		} else if optional {
			f.errorf(path, "required options must be placed before non-required options")
		}
		f.choicesOf(path, o)
	}
	if subs > 0 && subs != len(options) {
		f.errorf(path+".options", "subcommands and other options do not stand side by side")
	}
}

func (f *form) choicesOf(path string, o map[string]any) {
	choices := objects(o["choices"])
	if len(choices) > maxChoices {
		f.errorf(path+".choices", "must be %d or fewer in length", maxChoices)
	}
	if complete, _ := o["autocomplete"].(bool); complete && len(choices) > 0 {
		f.errorf(path, "autocomplete and choices exclude each other")
	}
	for i, c := range choices {
		path := fmt.Sprintf("%s.choices[%d]", path, i)
		f.length(path+".name", c["name"], 1, maxOptionText)
		if number(o["type"]) == optionString {
			f.length(path+".value", c["value"], 1, maxOptionText)
		}
	}
}

// commandText is the size of a command that is bounded: all names, descriptions and
// values.
func commandText(c map[string]any) int {
	n := utf8.RuneCountInString(text(c["name"])) + utf8.RuneCountInString(text(c["description"]))
	for _, choice := range objects(c["choices"]) {
		n += utf8.RuneCountInString(text(choice["name"])) + utf8.RuneCountInString(text(choice["value"]))
	}
	for _, o := range objects(c["options"]) {
		n += commandText(o)
	}
	return n
}

// getCommands answers GET on the commands of a guild, or the global ones.
func (s *Server) getCommands(_ *http.Request, guild string) (any, *apiError) {
	if guild != "" && s.guilds[guild] == nil {
		return nil, missingAccess
	}
	out := s.commands[guild]
	if out == nil {
		out = []command{}
	}
	return out, nil
}

// putCommands replaces all commands; those that are new count to the day's limit.
func (s *Server) putCommands(r *http.Request, guild string) (any, *apiError) {
	if guild != "" && s.guilds[guild] == nil {
		return nil, missingAccess
	}
	var declared []map[string]any
	if err := json.NewDecoder(r.Body).Decode(&declared); err != nil {
		return nil, badJSON
	}
	if wrong := CheckCommands(declared); len(wrong) > 0 {
		return nil, &apiError{status: 400, Code: 50035, Message: "Invalid Form Body", Errors: wrong}
	}
	known := map[string]string{}
	for _, c := range s.commands[guild] {
		known[fmt.Sprint(c.kind(), c["name"])] = text(c["id"])
	}
	out := []command{}
	for _, c := range declared {
		kept := command{}
		for name, v := range c {
			if v != nil {
				kept[name] = v
			}
		}
		id := known[fmt.Sprint(kept.kind(), kept["name"])]
		if id == "" {
			id = s.snowflake()
			s.creations++
		}
		kept["id"], kept["type"], kept["application_id"], kept["version"] = id, float64(kept.kind()), s.app, s.snowflake()
		if guild != "" {
			kept["guild_id"] = guild
		}
		out = append(out, kept)
	}
	if s.creations > maxCreations {
		return nil, &apiError{status: 429, Code: 30034, Message: "Max number of daily application command creates has been reached (200)"}
	}
	s.commands[guild] = out
	s.notify()
	return out, nil
}

// Creations is how many commands were created anew today; a day has 200.
func (s *Server) Creations() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.creations
}

// find returns a registered command that somebody in a guild can use.
func (s *Server) find(guild string, kind int, name string) (command, bool) {
	for _, where := range []string{guild, ""} {
		for _, c := range s.commands[where] {
			if c.kind() == kind && text(c["name"]) == name {
				return c, true
			}
		}
	}
	return nil, false
}
