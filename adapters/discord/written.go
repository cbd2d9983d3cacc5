package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
	"archbot/internal/stencil"
)

// maxWritten is how many messages are remembered: the answers to what people ask most,
// some ten kilobytes each.
const maxWritten = 512

// written remembers messages as they are sent: but for the tokens of their buttons,
// they are the same for whoever asks the same.
type written struct {
	kept *stencil.Cache[writtenKey, bot.Token]
}

type writtenKey struct {
	same  string
	as    renderOptions
	flags discordgo.MessageFlags
}

func newWritten() *written { return &written{stencil.New[writtenKey, bot.Token](maxWritten)} }

// message is a reply as it is sent with flags besides those of a card: in JSON where it
// can be remembered. What somebody shares names them and whom it is for, and is made for
// them alone.
func (w *written) message(as renderOptions, flags discordgo.MessageFlags, reply bot.Reply) any {
	fresh := func() message {
		m := render(as, reply)
		m.Flags |= flags
		return m
	}
	if reply.Same == "" || reply.SharedBy != "" || reply.Addressed != "" {
		return fresh()
	}
	raw, err := w.kept.Response(writtenKey{reply.Same, as, flags}, reply.Tokens(), func() ([]byte, error) { return json.Marshal(fresh()) })
	if err != nil {
		return fresh() // which cannot be written either, and that is reported
	}
	return raw
}
