package app

import (
	"testing"

	"archbot/adapters/slack"
	"archbot/adapters/slack/slackfake"
)

// fakeSlack is a workspace with the bot in a channel, and somebody in it.
type fakeSlack struct {
	*slackfake.Server
	token            slackfake.Token
	ann              slackfake.User
	channel, outside slackfake.Channel // with the bot in it, and without
}

func namesOf(all []slack.Reason) []string {
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	return names
}

func newFakeSlack(t testing.TB, socketMode bool) *fakeSlack {
	t.Helper()
	server, err := slackfake.Start(slackfake.Options{SocketMode: socketMode, Events: namesOf(slack.Events()), SigningSecret: "0123456789abcdef0123456789abcdef"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	f := &fakeSlack{Server: server}
	team := f.AddTeam(slackfake.Team{Domain: "acme", Name: "Acme"})
	f.token = f.Install(team.ID, namesOf(slack.Scopes())...)
	team, _ = f.Team(team.ID)
	f.ann = f.AddUser(slackfake.User{Team: team.ID, Name: "ann"})
	f.channel = f.AddChannel(slackfake.Channel{Team: team.ID, Name: "general", Members: []string{f.ann.ID, team.Bot}})
	f.outside = f.AddChannel(slackfake.Channel{Team: team.ID, Name: "random", Members: []string{f.ann.ID}})
	return f
}

func (f *fakeSlack) appToken() string {
	return f.AddToken(slackfake.Token{Kind: "app", Scopes: []string{"connections:write"}}).Value
}

// settings are what somebody sets who has made the app there.
func (f *fakeSlack) settings(more ...string) []string {
	return append([]string{"SLACK_API_URL=" + f.APIURL(), "SLACK_BOT_TOKEN=" + f.token.Value, "ARCHBOT_ADDR=127.0.0.1:0"}, more...)
}
