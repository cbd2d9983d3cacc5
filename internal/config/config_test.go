package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

var defaults = Settings{
	Lists: []string{"embedded"}, Reload: 15 * time.Minute, Log: slog.LevelWarn, LogFormat: "auto", Color: "auto", RedisPrefix: "archbot",
	Conversation: 24 * time.Hour, Addr: ":8080", Drain: 20 * time.Second, DigestWho: "administrators", DigestLate: 24 * time.Hour, DigestPace: 5,
	SlackView: "agent",
}

func with(change func(*Settings)) Settings {
	s := defaults
	change(&s)
	return s
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		flags   []string
		want    Settings
	}{
		{name: "defaults", want: defaults},
		{
			name:    "environment",
			environ: []string{"ARCHBOT_LIST=a.md,https://example.com/b.md", "ARCHBOT_RELOAD=1h", "ARCHBOT_ALLOW_PRIVATE=true", "ARCHBOT_LOG=debug"},
			want: with(func(s *Settings) {
				s.Lists, s.Reload = []string{"a.md", "https://example.com/b.md"}, time.Hour
				s.AllowPrivate, s.Log = true, slog.LevelDebug
			}),
		},
		{
			name: "flags", flags: []string{"--list", "a.md", "--list=b.md", "--allow-private", "--reload=0", "--color=never"},
			want: with(func(s *Settings) {
				s.Lists, s.Reload, s.AllowPrivate, s.Color = []string{"a.md", "b.md"}, 0, true, "never"
			}),
		},
		{
			name:    "a flag wins over the environment",
			environ: []string{"ARCHBOT_LOG=debug", "ARCHBOT_COLOR=always", "ARCHBOT_ALLOW_PRIVATE=true"},
			flags:   []string{"--log=error", "--allow-private=false"},
			want:    with(func(s *Settings) { s.Log, s.Color = slog.LevelError, "always" }),
		},
		{
			name: "a flag hides a wrong variable", environ: []string{"ARCHBOT_LOG=loud"}, flags: []string{"--log=info"},
			want: with(func(s *Settings) { s.Log = slog.LevelInfo }),
		},
		{
			name:    "where the state is",
			environ: []string{"ARCHBOT_STATE=a.db", "REDIS_URL=redis+cluster://u:p%2C@a,b", "ARCHBOT_REDIS_CA=ca.pem"},
			flags:   []string{"--redis-user=ann", "--redis-password=s,cret", "--redis-prefix=team"},
			want: with(func(s *Settings) {
				s.State, s.Redis, s.RedisCA = "a.db", "redis+cluster://u:p%2C@a,b", "ca.pem"
				s.RedisUser, s.RedisPassword, s.RedisPrefix = "ann", "s,cret", "team"
			}),
		},
		{
			name:    "Slack",
			environ: []string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_SIGNING_SECRET=abc", "SLACK_API_URL=https://slack-gov.com/api/"},
			flags:   []string{"--slack-app-token=xapp-1", "--addr=127.0.0.1:9000"},
			want: with(func(s *Settings) {
				s.SlackBotToken, s.SlackAppToken, s.SlackSigningSecret = "xoxb-1", "xapp-1", "abc"
				s.SlackAPIURL, s.Addr = "https://slack-gov.com/api/", "127.0.0.1:9000"
			}),
		},
		{name: "empty is not set", environ: []string{"ARCHBOT_RELOAD=", "ARCHBOT_LIST= "}, flags: []string{"--log="}, want: defaults},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, warnings, err := Load(tt.environ, parsed(t, tt.flags))
			if err != nil || len(warnings) > 0 {
				t.Fatalf("warnings %q, error %v", warnings, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func parsed(t *testing.T, args []string) *pflag.FlagSet {
	t.Helper()
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddFlags(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return fs
}

func TestLoadErrors(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		flags   []string
		want    string
	}{
		{"no choice", []string{"ARCHBOT_LOG=loud"}, nil, `ARCHBOT_LOG is "loud": it must be one of debug, info, warn, error`},
		{"no choice, by flag", nil, []string{"--color=blue"}, `--color is "blue": it must be one of auto, always, never`},
		{"no duration", []string{"ARCHBOT_RELOAD=15"}, nil, `ARCHBOT_RELOAD is "15": it must be a time such as 90s, 15m or 1h`},
		{"too often", []string{"ARCHBOT_RELOAD=1ms"}, nil, `ARCHBOT_RELOAD is "1ms": it must be at least 10s, or 0`},
		{"negative", []string{"ARCHBOT_RELOAD=-1h"}, nil, `at least 10s`},
		{"no number", []string{"ARCHBOT_DIGEST_PACE=fast"}, nil, `ARCHBOT_DIGEST_PACE is "fast": it must be a whole number from 1 to 50`},
		{"none at all", []string{"ARCHBOT_DIGEST_PACE=0"}, nil, `ARCHBOT_DIGEST_PACE is "0": it must be a whole number from 1 to 50`},
		{"too many", nil, []string{"--digest-pace=51"}, `--digest-pace is "51": it must be a whole number from 1 to 50`},
		{"too long", []string{"ARCHBOT_CONVERSATION=745h"}, nil, `ARCHBOT_CONVERSATION is "745h": it must be 744h0m0s at most`},
		{"a password for nothing", []string{"ARCHBOT_REDIS_PASSWORD=hunter2"}, nil, `ARCHBOT_REDIS_PASSWORD: it means nothing without REDIS_URL: set that too, or leave this out`},
		{"a user for nothing", nil, []string{"--redis-user=ann"}, `--redis-user is "ann": it means nothing without REDIS_URL`},
		{"certificates for nothing", []string{"ARCHBOT_REDIS_CA=ca.pem"}, nil, `without REDIS_URL`},
		{"a prefix for nothing", []string{"ARCHBOT_REDIS_PREFIX=team"}, nil, `without REDIS_URL`},
		{"PKCE for nothing", []string{"SLACK_PKCE=true"}, nil, `SLACK_PKCE is "true": it means nothing without SLACK_CLIENT_ID`},
		{"no switch", []string{"ARCHBOT_ALLOW_PRIVATE=perhaps"}, nil, `ARCHBOT_ALLOW_PRIVATE is "perhaps": it is a switch: true or false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Load(tt.environ, parsed(t, tt.flags))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

// What says what is so anyway contradicts nothing; and of a setting that is wrong, nothing
// is said about what goes with it.
func TestNeeds(t *testing.T) {
	if _, _, err := Load([]string{"ARCHBOT_REDIS_PREFIX=archbot", "SLACK_PKCE=false"}, nil); err != nil {
		t.Error(err)
	}
	for _, url := range []string{"REDIS_URL=redis://h", "REDIS_URL_FILE=/no/such/file"} {
		_, _, err := Load([]string{url, "ARCHBOT_REDIS_USER=ann"}, nil)
		if err != nil && strings.Contains(err.Error(), "ARCHBOT_REDIS_USER") {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, d := range declared(reflect.TypeFor[Settings]()) {
		if d.needs != "" && !slices.Contains(namesOf(declared(reflect.TypeFor[Settings]())), d.needs) {
			t.Errorf("%s needs %s, which is no setting", d.env, d.needs)
		}
	}
}

func TestLoadTellsAllErrors(t *testing.T) {
	_, _, err := Load([]string{"ARCHBOT_RELOAD=15", "ARCHBOT_LOG=loud"}, nil)
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("error %v, want two lines", err)
	}
}

func TestUnknownVariables(t *testing.T) {
	_, warnings, err := Load([]string{"ARCHBOT_LSIT=a.md", "ARCHBOT_RELAOD=1h", "OTHER=1", "ARCHBOT_EMPTY="}, nil)
	want := []string{
		"ARCHBOT_LSIT is no setting and is ignored; the nearest is ARCHBOT_LIST",
		"ARCHBOT_RELAOD is no setting and is ignored; the nearest is ARCHBOT_RELOAD",
	}
	if diff := cmp.Diff(want, warnings); diff != "" || err != nil {
		t.Errorf("error %v, warnings (-want +got):\n%s", err, diff)
	}
}

// Documentation is made from Rows, so every setting must be able to explain
// itself, and a flag must exist for each.
func TestRows(t *testing.T) {
	fs := parsed(t, nil)
	rows := Rows()
	if len(rows) != reflect.TypeFor[Settings]().NumField() {
		t.Fatalf("%d rows for %d fields", len(rows), reflect.TypeFor[Settings]().NumField())
	}
	for _, r := range rows {
		f := fs.Lookup(strings.TrimPrefix(r.Flag, "--"))
		if f == nil || r.Help == "" || r.Env == "" || r.Default == "" && !strings.Contains(r.Help, "; empty for ") {
			t.Errorf("row %+v (flag %v) is not complete", r, f)
			continue
		}
		if f.DefValue != r.Default || !strings.Contains(f.Usage, "$"+r.Env) {
			t.Errorf("flag %s: default %q, usage %q; want those of %+v", r.Flag, f.DefValue, f.Usage, r)
		}
		if file := fs.Lookup(f.Name + "-file"); r.Secret != (file != nil) || r.Secret && !strings.Contains(f.Usage, "$"+r.Env+"_FILE") {
			t.Errorf("flag %s: usage %q, and for a file %+v; want one for a secret and none else", r.Flag, f.Usage, file)
		}
	}
	want := Row{
		Env: "ARCHBOT_LOG", Flag: "--log", Value: "debug|info|warn|error", Default: "warn",
		Help: "how much to log on standard error",
	}
	if diff := cmp.Diff(want, rows[slices.IndexFunc(rows, func(r Row) bool { return r.Env == want.Env })]); diff != "" {
		t.Errorf("row of ARCHBOT_LOG (-want +got):\n%s", diff)
	}
}

func TestSecret(t *testing.T) {
	const value = "xoxb-hunter2"
	settings := struct {
		Token Secret `env:"DEMO_TOKEN"`
		Empty Secret `env:"DEMO_EMPTY"`
	}{}
	if _, err := load(&settings, []string{"DEMO_TOKEN=" + value}, nil); err != nil {
		t.Fatal(err)
	}
	if settings.Token.Reveal() != value {
		t.Fatalf("Reveal = %q", settings.Token.Reveal())
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "token", settings.Token, "all", settings)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "token", settings.Token, "all", settings)
	encoded, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown += fmt.Sprintf(verb, settings.Token) + fmt.Sprintf(verb, settings)
	}
	for _, hint := range []string{value, fmt.Sprintf("%x", value), "hunter"} {
		if strings.Contains(shown, hint) {
			t.Errorf("%q is shown: %s", hint, shown)
		}
	}
	if !strings.Contains(shown, redacted) || settings.Empty.String() != "" {
		t.Errorf("want a placeholder for what is set and nothing for what is not: %s", shown)
	}
	if ds := declared(reflect.TypeOf(settings)); !ds[0].secret || ds[0].flag != "demo-token" {
		t.Errorf("declaration %+v, want a secret with its flag", ds[0])
	}
	if err := (declaration{secret: true}).error("DEMO_TOKEN", value, "it is wrong"); strings.Contains(err.Error(), value) {
		t.Errorf("error shows the secret: %v", err)
	}
}
