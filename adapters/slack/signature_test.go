package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"archbot/internal/bot"
)

// signature is Slack's over a body, made here and not by the library that checks it
// (https://docs.slack.dev/authentication/verifying-requests-from-slack).
func signature(stamp, body, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// panics is a state that nobody may ask.
type panics struct{ bot.State }

// noState is a bot whose state may not be asked.
func noState() bot.Config { return bot.Config{State: panics{}, Limits: bot.DefaultLimits} }
