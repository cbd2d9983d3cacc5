package bot

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"archbot/internal/catalog"
	"archbot/internal/digest"
)

// action is what a button does, as its token carries it.
type action struct {
	op     op
	flags  byte
	kind   catalog.Kind // opRun: in place of the line's
	page   int          // opRun: likewise; 0 for none
	text   string       // opRun: a command line, or with flagStored the id of one among the Tokens
	ref    ref          // of a topic, or of a resource
	minute uint32       // opForget: since 1970, when it was offered
	digest digest.ID    // opPause
}

// The flags of an action.
const (
	flagBound  byte = 1 << iota // only for the user whose answer it was in
	flagShared                  // the answer is shown to all
	flagStored                  // text is a TokenID
)

// op says what kind of action it is. The numbers are in tokens that are out there.
type op byte

const (
	opRun    op = 1
	opTopic  op = 2
	opSave   op = 3
	opUnsave op = 4
	opForget op = 5
	opPause  op = 16
)

// confirmTime is how long somebody may think about a confirmation.
const confirmTime = 10 * time.Minute

var errAction = errors.New("the token says nothing that is understood here")

// shared reports whether the answer is for all.
func (a action) shared() bool { return a.flags&flagShared != 0 }

// command is whose limits and rights hold for the action.
func (a action) command(b *Bot) Command {
	switch a.op {
	case opTopic:
		return b.must("topic")
	case opSave:
		return b.must("save")
	case opUnsave:
		return b.must("unsave")
	case opForget:
		return b.must("forget")
	case opPause:
		return b.must("digest pause")
	}
	return b.must("search")
}

// tokenKinds is the order in which tokens count kinds. New ones go to the end.
var tokenKinds = []catalog.Kind{
	"", catalog.Article, catalog.Video, catalog.Pattern, catalog.Principle, catalog.Paper,
	catalog.Book, catalog.Course, catalog.Docs, catalog.Repo, catalog.Podcast,
}

// appendTo writes an action as a token's payload.
func (a action) appendTo(payload []byte) []byte {
	payload = append(payload, a.flags, byte(a.op))
	switch a.op {
	case opRun:
		payload = append(payload, byte(max(0, slices.Index(tokenKinds, a.kind))))
		payload = binary.AppendUvarint(payload, uint64(a.page))
		return append(payload, a.text...)
	case opForget:
		return binary.BigEndian.AppendUint32(payload, a.minute)
	case opPause:
		return append(payload, a.digest...)
	}
	return append(payload, a.ref...)
}

// decodeAction reads what appendTo wrote; version is the token's. There has been one
// version so far.
func decodeAction(payload []byte) (action, error) {
	if len(payload) < 2 {
		return action{}, errAction
	}
	a := action{flags: payload[0], op: op(payload[1])}
	body := payload[2:]
	if a.flags&^(flagBound|flagShared|flagStored) != 0 {
		return action{}, errAction
	}
	switch a.op {
	case opRun:
		if len(body) == 0 || int(body[0]) >= len(tokenKinds) {
			return action{}, errAction
		}
		page, n := binary.Uvarint(body[1:])
		if n <= 0 || page > maxPage {
			return action{}, errAction
		}
		a.kind, a.page, a.text = tokenKinds[body[0]], int(page), string(body[1+n:])
	case opForget:
		if len(body) != 4 {
			return action{}, errAction
		}
		a.minute = binary.BigEndian.Uint32(body)
	case opPause:
		if len(body) != digest.IDLength {
			return action{}, errAction
		}
		a.digest = digest.ID(body)
	case opTopic, opSave, opUnsave:
		if !ref(body).valid() {
			return action{}, errAction
		}
		a.ref = ref(body)
	default:
		return action{}, errAction
	}
	return a, nil
}

// minuteOf is a time as opForget has it.
func minuteOf(t time.Time) uint32 { return uint32(t.Unix() / 60) }
