package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// Digests posts editions on Discord, and finds them there by their key, which a button's
// custom_id has at its end. The key is the nonce as well, which keeps a quick second try
// from being a second message; Discord forgets it in some minutes, and gives it back to
// nobody who reads the channel:
// https://discord.com/developers/docs/resources/message#create-message.
type Digests struct{ adapter *Adapter }

var (
	_ digest.Sender = Digests{}
	_ digest.Prober = Digests{}
	_ digest.Teller = Digests{}
)

// Digests is what delivers editions through the adapter.
func (a *Adapter) Digests() Digests { return Digests{a} }

// editionSign stands between a button's token and the key of the edition that it is of.
// Neither has it in it.
const editionSign = "."

// keyed puts an edition's key behind the token of one of its buttons that has room for it;
// ok is false where none has.
func keyed(m message, key string) (ok bool) {
	for _, c := range m.Components {
		row, isRow := c.(discordgo.ActionsRow)
		if !isRow {
			continue
		}
		for i, c := range row.Components {
			b, isButton := c.(discordgo.Button)
			if isButton && b.CustomID != "" && length(b.CustomID+editionSign+key) <= maxCustomID {
				b.CustomID += editionSign + key
				row.Components[i] = b
				return true
			}
		}
	}
	return false
}

// part is a component of a message that was posted, as far as a key may be in it.
type part struct {
	ID    string `json:"custom_id"`
	Parts []part `json:"components"`
}

// has reports whether a component, or one in it, has an edition's key.
func (p part) has(key string) bool {
	return strings.HasSuffix(p.ID, editionSign+key) || slices.ContainsFunc(p.Parts, func(inner part) bool { return inner.has(key) })
}

// Post is digest.Sender's. It is one request, which nothing sends again: a 429 comes
// back as a Failure that says when to try.
func (d Digests) Post(ctx context.Context, post digest.Post) (digest.MessageID, error) {
	channel, err := d.channel(ctx, post.Place)
	if err != nil {
		return "", certain(failure(err))
	}
	m := sent{message: render(renderOptions{Slash: true}, d.adapter.bot.Edition(ctx, post)), Nonce: post.Key, Enforce: true}
	if post.To != "" {
		m.Reference = &reference{Message: string(post.To), Fail: true} // without its edition nobody knows what it is about
	}
	if !keyed(m.message, post.Key) { // such as while the key that buttons are signed with is out of reach
		return "", &digest.Failure{Class: digest.Passing, Text: "It has no button just now to find it again by."}
	}
	address := discordgo.EndpointChannelMessages(channel)
	leave, err := d.adapter.rest.lanes.enter(ctx, address)
	if err != nil {
		return "", certain(failure(err))
	}
	defer leave()
	var raw []byte
	err = d.adapter.rest.once(ctx, func(ctx context.Context) (err error) {
		raw, err = d.adapter.rest.session.RequestWithBucketID(http.MethodPost, address, m, address, discordgo.WithContext(ctx))
		return err
	})
	if err != nil {
		return "", failure(err)
	}
	var made struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &made) != nil || !isID(made.ID) {
		return "", &digest.Failure{Class: digest.Unsure, Text: "Discord does not say what it has posted."}
	}
	return digest.MessageID(made.ID), nil
}

// How many messages are asked for at a time, and how often: who has written more than
// that since an edition was due is not looked through.
const (
	historyPage  = 100
	historyPages = 50
)

// Find is digest.Sender's. A reply stands among the other messages of its channel.
func (d Digests) Find(ctx context.Context, s digest.Sought) (id digest.MessageID, found bool, err error) {
	channel, err := d.channel(ctx, s.Place)
	if err != nil {
		return "", false, certain(failure(err))
	}
	self, err := d.adapter.whoami(ctx)
	if err != nil {
		return "", false, certain(failure(err))
	}
	after, silent := snowflakeAt(s.Since), true
	for range historyPages {
		var page []struct {
			ID     string `json:"id"`
			Author user   `json:"author"`
			Parts  []part `json:"components"`
		}
		address := discordgo.EndpointChannelMessages(channel)
		query := url.Values{"limit": {strconv.Itoa(historyPage)}, "after": {after}}
		if err := d.adapter.rest.request(ctx, http.MethodGet, address+"?"+query.Encode(), address, nil, &page); err != nil {
			return "", false, untold(failure(err))
		}
		for _, m := range page {
			if m.Author.ID == self && (part{Parts: m.Parts}).has(s.Key) {
				return digest.MessageID(m.ID), true, nil
			}
		}
		silent = silent && len(page) == 0
		if len(page) < historyPage {
			return "", false, d.absent(ctx, s.Place, silent)
		}
		after = page[0].ID // the newest of them
	}
	return "", false, &digest.Failure{Class: digest.Unsure, Text: "Too much was written since to look through it."}
}

// absent says why an edition that was not found may be there all the same. To who may not
// read its history, Discord shows a channel in which nobody has said a thing:
// https://discord.com/developers/docs/resources/message#get-channel-messages.
func (d Digests) absent(ctx context.Context, p digest.Place, silent bool) error {
	if !silent || strings.HasPrefix(p.Channel, "@") {
		return nil
	}
	may, err := d.may(ctx, p.Channel)
	switch {
	case err != nil:
		return untold(failure(err))
	case may&discordgo.PermissionReadMessageHistory == 0:
		return &digest.Failure{Class: digest.Unsure, Text: unreadable}
	}
	return nil
}

// unreadable is what is wrong where the bot may not look for what it has posted.
const unreadable = "I may not read this channel: allow me Read Message History."

// may is what the bot may do in a channel of a server.
func (d Digests) may(ctx context.Context, channel string) (int64, error) {
	self, err := d.adapter.whoami(ctx)
	if err != nil {
		return 0, err
	}
	return d.adapter.rest.permissions(ctx, self, channel)
}

// epoch is when Discord's ids begin, in milliseconds since 1970:
// https://discord.com/developers/docs/reference#snowflakes.
const epoch = 1420070400000

// snowflakeAt is an id that is less than all that are made from a time on.
func snowflakeAt(t time.Time) string {
	return strconv.FormatInt(max(0, t.UnixMilli()-epoch)<<22, 10)
}

// Probe is digest.Prober's.
func (d Digests) Probe(ctx context.Context, p digest.Place) (digest.Ability, error) {
	if strings.HasPrefix(p.Channel, "@") {
		return digest.Ability{Post: true, Find: true}, nil
	}
	may, err := d.may(ctx, p.Channel)
	if f := failure(err); f != nil && f.Class != digest.NeedsHelp && f.Class != digest.ChannelOff {
		return digest.Ability{}, f
	}
	if err != nil { // it cannot even be looked at
		may = 0
	}
	switch {
	case may&discordgo.PermissionViewChannel == 0 || may&discordgo.PermissionSendMessages == 0:
		return digest.Ability{Mend: "I may not post here: allow me View Channel, Send Messages and Read Message History in this channel’s permissions, then try again."}, nil
	case may&discordgo.PermissionReadMessageHistory == 0:
		return digest.Ability{Post: true, Mend: "I may not read back what I post: allow me Read Message History in this channel’s permissions."}, nil
	}
	return digest.Ability{Post: true, Find: true}, nil
}

// Tell is digest.Teller's.
func (d Digests) Tell(ctx context.Context, _ digest.Place, user, text string) error {
	channel, err := d.adapter.direct(ctx, user)
	if err == nil {
		err = d.adapter.rest.post(ctx, channel, render(renderOptions{}, bot.Reply{Kind: bot.Done, For: bot.ToOne, Text: text}), "", "")
	}
	if err != nil {
		return failure(err)
	}
	return nil
}

// channel is the channel of a Place; somebody's direct messages are opened first.
func (d Digests) channel(ctx context.Context, p digest.Place) (string, error) {
	if user, direct := strings.CutPrefix(p.Channel, "@"); direct {
		return d.adapter.direct(ctx, user)
	}
	if !isID(p.Channel) {
		return "", &refusal{status: http.StatusNotFound, code: discordgo.ErrCodeUnknownChannel, text: "that is no channel’s id"}
	}
	return p.Channel, nil
}

// direct opens somebody's direct messages.
func (a *Adapter) direct(ctx context.Context, user string) (string, error) {
	var channel *discordgo.Channel
	err := a.rest.try(ctx, func(ctx context.Context) (err error) {
		channel, err = a.rest.session.UserChannelCreate(user, discordgo.WithContext(ctx))
		return err
	})
	if err == nil && (channel == nil || !isID(channel.ID)) {
		err = errors.New("Discord does not say where somebody's direct messages are") //nolint:staticcheck // a name has its capital
	}
	if err != nil {
		return "", err
	}
	return channel.ID, nil
}

// whoami is the bot's user id, which is asked for where no connection has said it yet.
func (a *Adapter) whoami(ctx context.Context) (string, error) {
	if self := a.self.Load(); self != nil {
		return *self, nil
	}
	var me user
	if err := a.rest.request(ctx, http.MethodGet, discordgo.EndpointUser("@me"), discordgo.EndpointUsers, nil, &me); err != nil {
		return "", err
	}
	a.named(me.ID)
	return me.ID, nil
}

// cannotDirect is a code that discordgo has no name for yet: the user takes no direct
// messages from here.
const cannotDirect = 50278

// failure is what an error of Discord's means for an edition.
func failure(err error) *digest.Failure {
	if err == nil {
		return nil
	}
	f := &digest.Failure{Class: digest.Unsure, Err: err, Text: err.Error() + "."}
	r, refused := errors.AsType[*refusal](err)
	broken, _ := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, ErrUnauthorized), errors.Is(err, errBudget), broken != nil && broken.Op == "dial":
		f.Class = digest.Passing // nothing was sent
	case !refused:
	case coded(err, discordgo.ErrCodeUnknownChannel, discordgo.ErrCodeCannotSendMessagesToThisUser, cannotDirect):
		f.Class, f.Text = digest.ChannelOff, "The channel is not there any more, or does not take my messages."
	case coded(err, discordgo.ErrCodeUnknownGuild):
		f.Class, f.Text = digest.SpaceOff, "I am not in that server any more."
	case r.status == http.StatusForbidden:
		f.Class, f.Text = digest.NeedsHelp, "I may not post here: allow me View Channel, Send Messages and Read Message History in this channel’s permissions, then resume it."
	case r.status == http.StatusTooManyRequests, r.status == http.StatusUnauthorized:
		f.Class, f.After = digest.Passing, r.wait
	case r.status < http.StatusInternalServerError:
		f.Class = digest.NeedsHelp
	}
	return f
}

// certain is a failure of a call that came before the post: nothing was posted.
func certain(f *digest.Failure) *digest.Failure {
	if f.Class == digest.Unsure {
		f.Class = digest.Passing
	}
	return f
}

// untold is a failure of a look-up: one that has no answer is made again, one that the
// bot may not make never will have one.
func untold(f *digest.Failure) *digest.Failure {
	switch f.Class {
	case digest.Unsure:
		f.Class = digest.Passing
	case digest.NeedsHelp:
		f.Class, f.Text = digest.Unsure, unreadable
	case digest.Passing, digest.ChannelOff, digest.SpaceOff:
	}
	return f
}
