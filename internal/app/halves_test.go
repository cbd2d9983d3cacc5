package app

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every half of a configuration, and every two settings that contradict each other, end
// serve with what to set; nothing is loaded, no file is made, and no secret is said.
func TestHalves(t *testing.T) {
	const secret = "hunter2"
	many := []string{
		"SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET=" + secret, "SLACK_SIGNING_SECRET=" + secret,
		"ARCHBOT_URL=https://bot.example.com", "ARCHBOT_KEY=" + secret + secret + secret,
	}
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(many), func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}
	key := "DISCORD_PUBLIC_KEY=" + strings.Repeat("ab", 32)
	for name, c := range map[string]struct {
		environ []string
		says    string
	}{
		"nothing":                 {nil, "archbot: no platform is set up\nSlack: paste what archbot manifest prints at https://api.slack.com/apps"},
		"addresses alone":         {[]string{"SLACK_API_URL=https://x", "DISCORD_API_URL=https://x", "ARCHBOT_URL=https://x"}, "no platform is set up"},
		"bot token alone":         {[]string{"SLACK_BOT_TOKEN=xoxb-" + secret}, "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"},
		"app token alone":         {[]string{"SLACK_APP_TOKEN=xapp-" + secret}, "without SLACK_BOT_TOKEN"},
		"signing secret alone":    {[]string{"SLACK_SIGNING_SECRET=" + secret}, "without SLACK_BOT_TOKEN"},
		"no bot token":            {[]string{"SLACK_SIGNING_SECRET=" + secret, "SLACK_APP_TOKEN=xapp-" + secret}, "without SLACK_BOT_TOKEN"},
		"another's token":         {[]string{"SLACK_BOT_TOKEN=xoxp-" + secret, "SLACK_APP_TOKEN=xapp-" + secret}, "SLACK_BOT_TOKEN is no bot token"},
		"tokens swapped":          {[]string{"SLACK_BOT_TOKEN=xoxb-" + secret, "SLACK_APP_TOKEN=xoxb-" + secret}, "SLACK_APP_TOKEN is no app-level token"},
		"client id alone":         {[]string{"SLACK_CLIENT_ID=1.2"}, "set SLACK_CLIENT_SECRET too"},
		"client secret alone":     {[]string{"SLACK_CLIENT_SECRET=" + secret}, "set SLACK_CLIENT_ID too"},
		"many without a key":      {without("ARCHBOT_KEY"), "set ARCHBOT_KEY"},
		"many without an address": {without("ARCHBOT_URL"), "set ARCHBOT_URL"},
		"many with a bad address": {append(without("ARCHBOT_URL"), "ARCHBOT_URL=http://bot.example.com"), "ARCHBOT_URL is no https address"},
		"many without a way in":   {without("SLACK_SIGNING_SECRET"), "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"},
		"many and one":            {append(slices.Clone(many), "SLACK_BOT_TOKEN=xoxb-"+secret), "set either SLACK_BOT_TOKEN, for one workspace, or SLACK_CLIENT_ID"},
		"PKCE for one":            {[]string{"SLACK_PKCE=true", "SLACK_BOT_TOKEN=xoxb-" + secret, "SLACK_APP_TOKEN=xapp-" + secret}, "SLACK_PKCE is \"true\": it means nothing without SLACK_CLIENT_ID"},
		"a key that is none":      {[]string{"DISCORD_PUBLIC_KEY=" + secret}, "DISCORD_PUBLIC_KEY is no public key"},
		"a token that is none":    {[]string{"DISCORD_TOKEN=" + secret + " " + secret}, "DISCORD_TOKEN is no token"},
		"a broken address":        {[]string{"DISCORD_TOKEN=" + secret, "DISCORD_API_URL=x"}, "DISCORD_API_URL is no address"},
		"half of Slack beside":    {[]string{"DISCORD_TOKEN=" + secret, "SLACK_APP_TOKEN=xapp-" + secret}, "without SLACK_BOT_TOKEN"},
		"a password for no Redis": {[]string{key, "ARCHBOT_REDIS_PASSWORD=" + secret}, "ARCHBOT_REDIS_PASSWORD: it means nothing without REDIS_URL"},
		"no host":                 {[]string{key, "REDIS_URL=redis://u:" + secret}, "REDIS_URL: the Redis URL has a port that is no number"},
		"no scheme":               {[]string{key, "REDIS_URL=" + secret}, "REDIS_URL: the Redis URL must begin with redis://"},
		"certificates for no TLS": {[]string{key, "REDIS_URL=redis://u:" + secret + "@h", "ARCHBOT_REDIS_CA=/dev/null"}, "REDIS_URL: there is a file of CAs, but the Redis URL asks for no TLS"},
		"no list":                 {[]string{key, "ARCHBOT_LIST=/no/such/list.md"}, "there is no such file"},
		"a list that is secret":   {[]string{key, "ARCHBOT_LIST=ftp://u:" + secret + "@h/list.md"}, "lists are not read over ftp"},
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state.db")
			said, status := refusedServe(t, append(c.environ, "ARCHBOT_STATE="+state, "ARCHBOT_ADDR=127.0.0.1:0"))
			if status != statusUsage || !strings.Contains(said, c.says) || strings.Contains(said, secret) {
				t.Errorf("status %d, want %q and no secret; it says\n%s", status, c.says, said)
			}
			if _, err := os.Stat(state); err == nil {
				t.Error("it leaves a file")
			}
		})
	}
}

// refusedServe runs a serve that ends by itself, and returns what it says and its status.
func refusedServe(t *testing.T, environ []string) (said string, status int) {
	t.Helper()
	b := &buffer{}
	p := &Program{In: strings.NewReader(""), Out: io.Discard, Err: b, Environ: environ}
	status = p.Exit("archbot serve", p.Serve(t.Context(), ServeOptions{}))
	return b.String(), status
}

// What is on and what is off is said for every set-up that can run.
func TestStartSays(t *testing.T) {
	f := newFakeSlack(t, false)
	d, _ := newFakeDiscord(t)
	list := filepath.Join(t.TempDir(), "list.md")
	writeList(t, list, smallList)
	slackOff, discordOff := "Slack: off, as neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set.", "Discord: off, as neither DISCORD_TOKEN nor DISCORD_PUBLIC_KEY is set."
	inSlack, publicKey := f.settings("SLACK_SIGNING_SECRET="+f.SigningSecret), "DISCORD_PUBLIC_KEY="+d.PublicKey()
	for name, c := range map[string]struct {
		environ []string
		says    []string
	}{
		"Slack":   {inSlack, []string{"Slack: on, over HTTP.", discordOff, "Digests: on, in Slack."}},
		"Discord": {discordSettings(d), []string{slackOff, "Discord: on, by the Gateway.", "Digests: on, in Discord."}},
		"Discord over HTTP alone": {[]string{publicKey, "ARCHBOT_ADDR=127.0.0.1:0"}, []string{
			slackOff, "Discord: on, over HTTP, without direct messages and mentions.", "Digests: off in Discord, which needs DISCORD_TOKEN for them.",
		}},
		"both": {append(slices.Clone(inSlack), discordSettings(d, publicKey)...), []string{
			"Slack: on, over HTTP.", "Discord: on, by the Gateway and over HTTP.", "Digests: on, in Slack and Discord.",
		}},
		"digests in one": {append(slices.Clone(inSlack), publicKey), []string{"Digests: on, in Slack; off in Discord, which needs DISCORD_TOKEN for them."}},
		"Redis":          {append(slices.Clone(inSlack), "REDIS_URL=redis://ann:hunter2@"+strings.TrimSuffix(strings.TrimPrefix(nobody(t), "http://"), "/api/")), []string{"State: in Redis at 127.0.0.1:"}},
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state.db")
			s := serve(t, append(c.environ, "ARCHBOT_LIST="+list+",embedded", "ARCHBOT_STATE="+state)...)
			s.stop(nil)
			if err := s.end(t); err != nil {
				t.Error(err)
			}
			said := s.said.String()
			if name != "Redis" {
				c.says = append(c.says, "State: in the file "+state+", for one process.")
			}
			for _, line := range append(c.says, "Lists: list.md, embedded (topics: ", "Metrics and profiles: off, as ARCHBOT_PRIVATE_ADDR is not set.\n", "Listening on "+s.addr+". Ctrl-C stops.\n") {
				if !strings.Contains(said, line) {
					t.Errorf("it does not say %q, but\n%s", line, said)
				}
			}
			lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(said), "\n"), func(l string) bool { return strings.HasPrefix(l, "{") })
			if len(lines) != 7 {
				t.Errorf("it says %d lines besides what it logs:\n%s", len(lines), said)
			}
			if strings.Contains(said, "hunter2") {
				t.Errorf("it says a secret:\n%s", said)
			}
		})
	}
}
