package slackfake_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"archbot/adapters/slack/slackfake"
)

// TestHistory looks a post's metadata up, as a second try does before it posts again.
func TestHistory(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	var stamps []string
	for i := range 5 {
		_, ts, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText("m", false), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "edition", EventPayload: map[string]any{"n": i}}))
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, ts)
	}
	if _, _, err := w.api.PostMessage(w.inside.ID, slack.MsgOptionText("reply", false), slack.MsgOptionTS(stamps[0])); err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.PostEphemeral(w.inside.ID, w.ann.ID, slack.MsgOptionText("psst", false)); err != nil {
		t.Fatal(err)
	}
	p := slack.GetConversationHistoryParameters{ChannelID: w.inside.ID, Limit: 2, IncludeAllMetadata: true}
	var got []string
	for {
		page, err := w.api.GetConversationHistory(&p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			got = append(got, m.Timestamp)
			if m.Metadata.EventType != "edition" {
				t.Errorf("%+v", m.Metadata)
			}
		}
		if !page.HasMore {
			break
		}
		p.Cursor = page.ResponseMetaData.NextCursor
	}
	want := []string{stamps[4], stamps[3], stamps[2], stamps[1], stamps[0]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		inclusive bool
		want      int
	}{{false, 1}, {true, 3}} {
		page, err := w.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: w.inside.ID, Oldest: stamps[1], Latest: stamps[3], Inclusive: tt.inclusive})
		if err != nil || len(page.Messages) != tt.want || page.Messages[0].Metadata.EventType != "" {
			t.Errorf("%v %+v", err, page)
		}
	}
	replies, _, _, err := w.api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: w.inside.ID, Timestamp: stamps[0]})
	if err != nil || len(replies) != 2 || replies[1].Text != "reply" {
		t.Errorf("%v %+v", err, replies)
	}
}

func TestConversations(t *testing.T) {
	w := newWorld(t, slackfake.Options{})
	ctx := context.Background() //nolint:usetesting // the client's methods without a context use it too
	c, err := w.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: w.inside.ID, IncludeNumMembers: true})
	if err != nil || c.Creator != w.ann.ID || !c.IsMember || c.NumMembers != 3 {
		t.Errorf("%v %+v", err, c)
	}
	list, next, err := w.api.GetConversations(&slack.GetConversationsParameters{Limit: 1})
	if err != nil || len(list) != 1 || next == "" {
		t.Fatal(err, list, next)
	}
	more, next, err := w.api.GetConversations(&slack.GetConversationsParameters{Limit: 1, Cursor: next})
	if err != nil || len(more) != 1 || next != "" || more[0].ID == list[0].ID {
		t.Error(err, more, next)
	}
	mine, _, err := w.api.GetConversationsForUser(&slack.GetConversationsForUserParameters{})
	if err != nil || len(mine) != 1 || mine[0].ID != w.inside.ID {
		t.Error(err, mine)
	}
	if _, warning, _, err := w.api.JoinConversation(w.out.ID); err != nil || warning != "" {
		t.Error(err, warning)
	}
	if _, warning, _, err := w.api.JoinConversation(w.out.ID); err != nil || warning != "already_in_channel" {
		t.Error(err, warning)
	}
	members, _, err := w.api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: w.out.ID})
	if diff := cmp.Diff([]string{w.ann.ID, w.team.Bot}, members); diff != "" || err != nil {
		t.Error(err, diff)
	}
	dm, _, _, err := w.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{w.bob.ID}})
	if err != nil || dm.ID != w.DM(w.bob.ID).ID {
		t.Error(err, dm)
	}
	ann, err := w.api.GetUserInfo(w.ann.ID)
	if err != nil || ann.TZ != "America/New_York" || !ann.IsAdmin || ann.IsBot {
		t.Errorf("%v %+v", err, ann)
	}
	me, err := w.api.AuthTest()
	if err != nil || me.TeamID != w.team.ID || me.UserID != w.team.Bot || me.BotID != w.team.BotID || me.URL != "https://acme.slack.com/" {
		t.Errorf("%v %+v", err, me)
	}
}
