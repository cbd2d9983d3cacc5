package slack

import (
	"encoding/json"

	"archbot/internal/bot"
	"archbot/internal/stencil"
)

// maxWritten is how many responses are remembered: those to what people ask most, some
// ten kilobytes each.
const maxWritten = 512

// written remembers responses as they are sent: but for the tokens of their buttons,
// they are the same for whoever asks the same.
type written struct {
	kept *stencil.Cache[writtenKey, bot.Token]
}

type writtenKey struct {
	same string
	as   renderOptions
	how  manner
}

func newWritten() *written { return &written{stencil.New[writtenKey, bot.Token](maxWritten)} }

// response is a reply as acknowledgements of commands and response URLs take it, in
// JSON. What somebody shares names them, and is written for them alone; so is what is
// said in one of many threads.
func (w *written) response(reply bot.Reply, o renderOptions, how manner) (json.RawMessage, error) {
	write := func() ([]byte, error) { return json.Marshal(response(render(reply, o), how)) }
	if reply.Same == "" || reply.SharedBy != "" || how.thread != "" {
		return write()
	}
	return w.kept.Response(writtenKey{reply.Same, o, how}, reply.Tokens(), write)
}
