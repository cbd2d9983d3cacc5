package slackfake

import "slices"

func authTest(s *Server, c *call) (object, *apiError) {
	if c.token.Kind == "app" {
		return object{"app_id": s.AppID, "app_name": "archbot"}, nil
	}
	out := object{
		"url": "https://" + c.team.Domain + ".slack.com/", "team": c.team.Name, "team_id": c.team.ID,
		"user": c.bot.Name, "user_id": c.bot.ID, "is_enterprise_install": false,
	}
	if c.token.Kind == "bot" {
		out["bot_id"] = c.team.BotID
	}
	return out, nil
}

func authRevoke(s *Server, c *call) (object, *apiError) {
	if c.flag("test") {
		return object{"revoked": false}, nil
	}
	c.token.Revoked = true
	team, user := c.team.ID, c.bot.ID
	c.after = append(c.after, func() {
		s.emit(team, "tokens_revoked", object{"type": "tokens_revoked", "tokens": object{"oauth": []any{}, "bot": []any{user}}})
	})
	return object{"revoked": true}, nil
}

func uninstallApp(s *Server, c *call) (object, *apiError) {
	switch {
	case c.str("client_id") != s.ClientID:
		return nil, fail("invalid_client_id")
	case c.str("client_secret") != s.ClientSecret:
		return nil, fail("bad_client_secret")
	}
	team := c.team.ID
	c.after = append(c.after, func() { s.Uninstall(team, true) })
	for _, t := range s.tokens {
		if t.Team == team && slices.Contains(anyToken, t.Kind) {
			t.Revoked = true
		}
	}
	return nil, nil
}
