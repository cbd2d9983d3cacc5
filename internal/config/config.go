// Package config holds the settings. Each is declared once, as a field of
// Settings: its tags say which environment variable it is, what it defaults to,
// what it may be and what it is for. The flag of the same name, the rows of the
// documentation and the checks are made from that declaration.
//
// A value of several parts has commas between them, so a comma inside an address
// is written %2C.
//
// A flag wins over the environment, the environment over the file that ARCHBOT_CONFIG
// names, the file over the default. A variable that is set but empty counts as not
// set, as compose files and unit files cannot leave one out.
//
// A secret may come from a file of its own: SLACK_BOT_TOKEN_FILE names one for
// SLACK_BOT_TOKEN, and so on, wherever a setting can be set. Of the two only one may be
// set in one place.
package config

import (
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Prefix is what the names of all variables begin with.
const Prefix = "ARCHBOT_"

// Settings are all settings.
type Settings struct {
	Config string `env:"ARCHBOT_CONFIG" value:"FILE" help:"a file with settings, a NAME=VALUE in each line with the names of the variables, which win over it; empty for none"`

	Lists        []string      `env:"ARCHBOT_LIST" envDefault:"embedded" value:"FILE|URL,..." help:"lists to recommend from, or \"embedded\"; several are merged"`
	Reload       time.Duration `env:"ARCHBOT_RELOAD" envDefault:"15m" value:"INTERVAL" min:"10s" help:"how often a running bot reads them again; 0 for never"`
	AllowPrivate bool          `env:"ARCHBOT_ALLOW_PRIVATE" envDefault:"false" help:"allow lists at private addresses and over plain http, and visits to links at private addresses"`
	Log          slog.Level    `env:"ARCHBOT_LOG" envDefault:"warn" choices:"debug,info,warn,error" help:"how much to log on standard error"`
	LogFormat    string        `env:"ARCHBOT_LOG_FORMAT" envDefault:"auto" choices:"auto,text,json" help:"how log lines are written; auto is text on a terminal, else JSON"`
	Color        string        `env:"ARCHBOT_COLOR" envDefault:"auto" choices:"auto,always,never" help:"when to use colours; auto heeds NO_COLOR and TERM"`

	State         string `env:"ARCHBOT_STATE" value:"FILE" help:"the file that keeps the state where there is no Redis; empty for archbot/archbot.db in XDG_STATE_HOME"`
	Redis         Secret `env:"REDIS_URL" value:"URL" help:"the Redis that keeps the state: redis://HOST, redis+cluster://HOST,... or redis+sentinel://HOST,.../MASTER, with rediss for TLS; empty for the file"`
	RedisUser     string `env:"ARCHBOT_REDIS_USER" needs:"REDIS_URL" value:"NAME" help:"who to log in to Redis as; empty for what the URL says"`
	RedisPassword Secret `env:"ARCHBOT_REDIS_PASSWORD" needs:"REDIS_URL" value:"PASSWORD" help:"the password for Redis; empty for what the URL says"`
	RedisCA       string `env:"ARCHBOT_REDIS_CA" needs:"REDIS_URL" value:"FILE" help:"certificates to trust for Redis, in PEM form; empty for the system's"`
	RedisPrefix   string `env:"ARCHBOT_REDIS_PREFIX" needs:"REDIS_URL" envDefault:"archbot" value:"WORD" help:"what all keys in Redis begin with"`

	Conversation time.Duration `env:"ARCHBOT_CONVERSATION" envDefault:"24h" value:"TIME" min:"1m" max:"744h" help:"how long a conversation is remembered after its last message, up to 744h; 0 for not at all"`

	Addr        string        `env:"ARCHBOT_ADDR" envDefault:":8080" value:"HOST:PORT" help:"where serve listens for HTTP: what platforms post, /healthz and /readyz"`
	PrivateAddr string        `env:"ARCHBOT_PRIVATE_ADDR" value:"HOST:PORT" help:"where serve listens for who runs it: /metrics, /readyz, /healthz and /debug/pprof, such as 127.0.0.1:9090; nobody else should reach it; empty for none"`
	Drain       time.Duration `env:"ARCHBOT_DRAIN" envDefault:"20s" value:"TIME" min:"1s" help:"how long serve, told to stop, waits for what it has begun; 0 for not at all"`
	URL         string        `env:"ARCHBOT_URL" value:"URL" help:"the https address under which browsers reach serve, where workspaces install the app; empty for none"`

	SlackBotToken      Secret `env:"SLACK_BOT_TOKEN" value:"TOKEN" help:"Slack's bot token (xoxb-...), with which serve runs in Slack; empty for no Slack, or for many workspaces"`
	SlackAppToken      Secret `env:"SLACK_APP_TOKEN" value:"TOKEN" help:"Slack's app-level token (xapp-...), for Socket Mode, which needs no public address; empty for HTTP alone"`
	SlackSigningSecret Secret `env:"SLACK_SIGNING_SECRET" value:"SECRET" help:"Slack's signing secret, with which is checked what Slack posts over HTTP; empty for Socket Mode alone"`
	SlackClientID      string `env:"SLACK_CLIENT_ID" value:"ID" help:"Slack's client id: with it any workspace may install the app, at ARCHBOT_URL and /slack/install; empty for one workspace, with SLACK_BOT_TOKEN"`
	SlackClientSecret  Secret `env:"SLACK_CLIENT_SECRET" value:"SECRET" help:"Slack's client secret, which goes with it; empty for one workspace"`
	SlackPKCE          bool   `env:"SLACK_PKCE" needs:"SLACK_CLIENT_ID" envDefault:"false" help:"use PKCE when workspaces install the app; it has to be switched on for the app"`
	SlackView          string `env:"ARCHBOT_SLACK_VIEW" envDefault:"agent" choices:"agent,assistant,none" help:"which pane the app's manifest has in Slack"`
	SlackAPIURL        string `env:"SLACK_API_URL" value:"URL" help:"where Slack's Web API is, such as https://slack-gov.com/api/; empty for Slack's own"`

	DiscordToken     Secret `env:"DISCORD_TOKEN" value:"TOKEN" help:"Discord's bot token, for the Gateway; empty for no Discord, or for interactions over HTTP alone"`
	DiscordPublicKey string `env:"DISCORD_PUBLIC_KEY" value:"KEY" help:"the Discord application's public key, for interactions over HTTP: their signatures are checked with it; empty for none over HTTP"`
	DiscordAPIURL    string `env:"DISCORD_API_URL" value:"URL" help:"where Discord's API is, such as a proxy that shares rate limits; empty for Discord's own"`

	TraceEndpoint string `env:"OTEL_EXPORTER_OTLP_ENDPOINT" value:"URL" help:"the OpenTelemetry collector that traces are sent to, by OTLP over HTTP in JSON, such as http://localhost:4318; empty for no traces"`
	TraceHeaders  Secret `env:"OTEL_EXPORTER_OTLP_HEADERS" value:"NAME=VALUE,..." help:"headers that are sent along, such as a key; empty for none"`

	DigestWho  string        `env:"ARCHBOT_DIGEST_WHO" envDefault:"administrators" choices:"administrators,everyone" help:"who may change the digests of a channel; anyone may see them"`
	DigestLate time.Duration `env:"ARCHBOT_DIGEST_LATE" envDefault:"24h" value:"TIME" min:"1m" help:"how long after its time an edition of a digest is still delivered; older ones are left out, and with 0 all that are late"`
	DigestPace int           `env:"ARCHBOT_DIGEST_PACE" envDefault:"5" value:"COUNT" least:"1" most:"50" help:"how many posts of digests a workspace gets in a second at most, from all processes together: 1 to 50"`

	Key Secret `env:"ARCHBOT_KEY" value:"KEY,..." length:"16" help:"what buttons are signed with and workspaces' tokens encrypted, 16 characters or more each: the first one is used, older ones are still accepted; empty for one that is kept in the state and only signs"`
}

// ButtonKeys are the keys that buttons are signed with.
func (s Settings) ButtonKeys() []string {
	var keys []string
	for key := range strings.SplitSeq(s.Key.Reveal(), ",") {
		if key = strings.TrimSpace(key); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// Row is one setting as documentation shows it.
type Row struct {
	Env     string
	Flag    string // with its dashes
	Value   string // what stands for its value; empty for a switch
	Default string
	Help    string
	Secret  bool // never shown; its type is Secret. Env and "_FILE" names a file with it
}

// Rows returns every setting, in the order of their declaration.
func Rows() []Row {
	var rows []Row
	for _, d := range declared(reflect.TypeFor[Settings]()) {
		rows = append(rows, Row{
			Env: d.env, Flag: "--" + d.flag, Value: d.value, Default: d.fallback, Help: d.help, Secret: d.secret,
		})
	}
	return rows
}

// declaration is one field's tags, read.
type declaration struct {
	field     string
	env       string
	flag      string
	fallback  string
	value     string
	help      string
	choices   []string
	min, max  time.Duration // a max of 0 is none
	needs     string        // the variable without which it means nothing
	minLength int           // of each part, in characters
	least     int           // of a number
	most      int           // likewise
	kind      reflect.Kind
	secret    bool
}

// declared reads the tags of a struct's fields. Whatever it relies on is held
// by a test, not checked at every start.
func declared(t reflect.Type) []declaration {
	var out []declaration
	for f := range t.Fields() {
		d := declaration{
			field:    f.Name,
			env:      f.Tag.Get("env"),
			fallback: f.Tag.Get("envDefault"),
			value:    f.Tag.Get("value"),
			help:     f.Tag.Get("help"),
			needs:    f.Tag.Get("needs"),
			kind:     f.Type.Kind(),
			secret:   f.Type == reflect.TypeFor[Secret](),
		}
		d.flag = flagName(d.env)
		if choices := f.Tag.Get("choices"); choices != "" {
			d.choices = strings.Split(choices, ",")
			d.value = strings.Join(d.choices, "|")
		}
		d.min, _ = time.ParseDuration(f.Tag.Get("min"))
		d.max, _ = time.ParseDuration(f.Tag.Get("max"))
		d.minLength, _ = strconv.Atoi(f.Tag.Get("length"))
		d.least, _ = strconv.Atoi(f.Tag.Get("least"))
		d.most, _ = strconv.Atoi(f.Tag.Get("most"))
		out = append(out, d)
	}
	return out
}

// flagName is the flag that goes with a variable: ARCHBOT_ALLOW_PRIVATE is
// --allow-private, SLACK_BOT_TOKEN is --slack-bot-token.
func flagName(env string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(env, Prefix), "_", "-"))
}
