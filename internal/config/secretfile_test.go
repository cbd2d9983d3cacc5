package config

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Every secret there is can come from a file, named by a variable, by a flag, or in a file
// of settings.
func TestSecretsFromFiles(t *testing.T) {
	const secret = "a-secret-of-more-than-16-characters"
	path := file(t, " "+secret+"\r\n", 0o600)
	for _, r := range Rows() {
		if !r.Secret {
			continue
		}
		variable := []string{r.Env + "_FILE=" + path}
		settings := []string{"ARCHBOT_CONFIG=" + file(t, variable[0]+"\n", 0o600)}
		for name, from := range map[string]struct{ environ, flags []string }{
			"variable":         {variable, nil},
			"flag":             {nil, []string{r.Flag + "-file=" + path}},
			"file of settings": {settings, nil},
		} {
			if r.Env != "REDIS_URL" { // without which a password for it is refused
				from.environ = append(from.environ, "REDIS_URL=redis://h")
			}
			got, warnings, err := Load(from.environ, parsed(t, from.flags))
			if err != nil || len(warnings) > 0 {
				t.Errorf("%s by %s: warnings %q, error %v", r.Env, name, warnings, err)
			}
			if n := secretsIn(got, secret); n != 1 {
				t.Errorf("%s by %s: %d settings have it", r.Env, name, n)
			}
		}
	}
}

// secretsIn counts the settings whose value is a secret.
func secretsIn(s Settings, secret Secret) (n int) {
	for _, v := range reflect.ValueOf(s).Fields() {
		if v.Type() == reflect.TypeFor[Secret]() && v.Interface() == secret {
			n++
		}
	}
	return n
}

// Where a setting is set in two places, the stronger wins, be it a value or a file; the
// other file is not even looked for.
func TestSecretFilePrecedence(t *testing.T) {
	first := file(t, "of-the-first-file", 0o600)
	settings := "ARCHBOT_CONFIG=" + file(t, "DISCORD_TOKEN_FILE=/no/such/file\nSLACK_APP_TOKEN=weak\n", 0o600)
	got, _, err := Load([]string{settings, "DISCORD_TOKEN=strong", "SLACK_APP_TOKEN_FILE=" + first}, nil)
	if err != nil || got.DiscordToken != "strong" || got.SlackAppToken != "of-the-first-file" {
		t.Errorf("tokens %q and %q, error %v", got.DiscordToken.Reveal(), got.SlackAppToken.Reveal(), err)
	}
	got, _, err = Load([]string{"DISCORD_TOKEN_FILE=/no/such/file"}, parsed(t, []string{"--discord-token=strong"}))
	if err != nil || got.DiscordToken != "strong" {
		t.Errorf("token %q, error %v", got.DiscordToken.Reveal(), err)
	}
}

func TestSecretFileErrors(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none")
	locked := file(t, "hunter2", 0)
	for name, c := range map[string]struct {
		environ []string
		flags   []string
		want    string
	}{
		"missing":      {[]string{"SLACK_BOT_TOKEN_FILE=" + none}, nil, `SLACK_BOT_TOKEN_FILE is "` + none + `": it cannot be read: no such file or directory`},
		"by flag":      {nil, []string{"--redis-url-file=" + none}, `--redis-url-file is "` + none + `": it cannot be read`},
		"no way there": {[]string{"DISCORD_TOKEN_FILE=" + locked + "/token"}, nil, `DISCORD_TOKEN_FILE is "` + locked + `/token": it cannot be read: not a directory`},
		"directory":    {[]string{"ARCHBOT_KEY_FILE=" + dir}, nil, `ARCHBOT_KEY_FILE is "` + dir + `": it is a directory`},
		"empty":        {[]string{"REDIS_URL_FILE=" + file(t, " \n", 0o600)}, nil, "it is empty"},
		"too long":     {[]string{"REDIS_URL_FILE=" + file(t, strings.Repeat("hunter2 ", maxFile), 0o600)}, nil, "more than 65536 bytes"},
		"several":      {[]string{"SLACK_APP_TOKEN_FILE=" + file(t, "hunter2\nhunter2\n", 0o600)}, nil, "it has several lines"},
		"wrong":        {[]string{"ARCHBOT_KEY_FILE=" + file(t, "hunter2", 0o600)}, nil, "ARCHBOT_KEY_FILE: each must have 16 characters or more"},
		"both":         {[]string{"ARCHBOT_KEY_FILE=" + locked, "ARCHBOT_KEY=hunter2hunter2hunter2"}, nil, "both ARCHBOT_KEY and ARCHBOT_KEY_FILE are set: leave one out"},
		"both flags":   {nil, []string{"--key-file=" + locked, "--key=hunter2hunter2hunter2"}, "both --key and --key-file are set"},
		"both in a file": {
			[]string{"ARCHBOT_CONFIG=" + file(t, "DISCORD_TOKEN=hunter2\nDISCORD_TOKEN_FILE=x\n", 0o600)}, nil,
			":1: DISCORD_TOKEN and ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Load(c.environ, parsed(t, c.flags))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v, want %q and no secret", err, c.want)
			}
		})
	}
}

// The file of what is no secret is a mistake that is told of.
func TestFileOfNoSecret(t *testing.T) {
	_, warnings, err := Load([]string{"SLACK_CLIENT_ID_FILE=x", "ARCHBOT_STATE_FILE=y", "ARCHBOT_KEY_FIEL=z", "HOME_FILE=h"}, nil)
	want := "ARCHBOT_KEY_FIEL is no setting and is ignored; the nearest is ARCHBOT_KEY_FILE\n" +
		"ARCHBOT_STATE_FILE is no setting and is ignored; the nearest is ARCHBOT_STATE\n" +
		"SLACK_CLIENT_ID_FILE is no setting and is ignored; the nearest is SLACK_CLIENT_ID"
	if got := strings.Join(warnings, "\n"); got != want || err != nil {
		t.Errorf("error %v, warnings\n%s", err, got)
	}
}
