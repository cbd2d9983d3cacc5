package bot

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash"
	"strings"
	"sync"
)

// Token is what a button carries: what it does, signed, in at most MaxTokenText
// letters, digits, "-" and "_". It is base64url of
//
//	version   1 byte
//	key       2 bytes: the beginning of the key's SHA-256
//	payload   an action, whose first byte are its flags (action.go)
//	code      12 bytes: the beginning of HMAC-SHA256 over where it is valid, and
//	          all that stands before the code
//
// Where it is valid is the platform with the workspace, or with the user where
// there is no workspace; and for a button in an answer to one, that user.
//
// A newer archbot reads the tokens of the version before its own; the tokens of
// each version are in testdata.
type Token string

const (
	// MaxTokenText is how long a Token may be: Discord's custom_id has no room for
	// more, https://discord.com/developers/docs/components/reference#anatomy-of-a-component
	MaxTokenText = 100

	tokenVersion = 1
	keyIDSize    = 2
	codeSize     = 12
	tokenHead    = 1 + keyIDSize
	maxPayload   = MaxTokenText*3/4 - tokenHead - codeSize
)

var tokenText = base64.RawURLEncoding.Strict()

// What may be wrong with a token. To the person it is all the same: the button does
// nothing any more.
var (
	errNoToken  = errors.New("that is no token")
	errVersion  = errors.New("the token is of a version that is not read here")
	errOtherKey = errors.New("the token is signed with a key that is not known")
	errForged   = errors.New("the token’s code is wrong: it was changed, or made for somebody or somewhere else")
)

// signer signs tokens with its first key and accepts all of them.
type signer struct{ keys []signingKey }

type signingKey struct {
	id    [keyIDSize]byte
	desks *sync.Pool // of *desk
}

// newSigner makes keys of secrets, whatever their length; there is at least one.
func newSigner(secrets []string) *signer {
	s := &signer{}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte("archbot buttons"))
		key := mac.Sum(nil)
		k := signingKey{desks: &sync.Pool{}}
		sum := sha256.Sum256(key)
		copy(k.id[:], sum[:])
		k.desks.New = func() any { return &desk{key: k, mac: hmac.New(sha256.New, key)} }
		s.keys = append(s.keys, k)
	}
	return s
}

// desk is what tokens are made on for one request, so that those of an answer, two dozen
// of them, take no more memory than one text.
type desk struct {
	key     signingKey
	mac     hash.Hash
	places  [2][]byte // where a token is valid: for all there, and for the user alone
	payload []byte    // for whoever writes one
	raw     []byte
	sum     []byte
	text    []byte // of all tokens so far
	ends    []int  // of each of them
}

// desk is an empty desk for tokens of the first key that are valid for a request.
func (s *signer) desk(r Request) *desk { return s.keys[0].desk(r) }

func (k signingKey) desk(r Request) *desk {
	d, ok := k.desks.Get().(*desk)
	if !ok {
		panic("a pool of something else")
	}
	place, by := string(r.Workspace), byte('w')
	if place == "" {
		by, place = 'u', string(r.User)
	}
	for i, user := range []string{"", string(r.User)} {
		p := binary.AppendUvarint(d.places[i][:0], uint64(len(r.Platform)))
		p = append(p, r.Platform...)
		p = binary.AppendUvarint(p, uint64(1+len(place)))
		p = append(append(p, by), place...)
		p = binary.AppendUvarint(p, uint64(len(user)))
		d.places[i] = append(p, user...)
	}
	d.text, d.ends = d.text[:0], d.ends[:0]
	return d
}

// leave gives the desk to the next one.
func (d *desk) leave() { d.key.desks.Put(d) }

// seal makes a token of a payload, valid for the request's place and, where the payload's
// flags say so, its user alone; an empty one of a payload that is empty, or too long.
func (d *desk) seal(payload []byte) {
	if len(payload) > 0 && len(payload) <= maxPayload {
		d.raw = append(append(d.raw[:0], tokenVersion), d.key.id[:]...)
		d.raw = append(d.raw, payload...)
		d.raw = append(d.raw, d.code(d.raw)...)
		d.text = tokenText.AppendEncode(d.text, d.raw)
	}
	d.ends = append(d.ends, len(d.text))
}

// tokens are those that were made, in their order.
func (d *desk) tokens() []Token {
	text, from, all := string(d.text), 0, make([]Token, 0, len(d.ends))
	for _, end := range d.ends {
		all = append(all, Token(text[from:end]))
		from = end
	}
	return all
}

// code authenticates what is signed, and where and for whom it is valid; until the
// desk is used again.
func (d *desk) code(signed []byte) []byte {
	place := d.places[0]
	if signed[tokenHead]&flagBound != 0 {
		place = d.places[1]
	}
	d.mac.Reset()
	d.mac.Write(place)
	d.mac.Write(signed)
	d.sum = d.mac.Sum(d.sum[:0])
	return d.sum[:codeSize]
}

// unseal returns the payload of a token that is valid for the request.
func (s *signer) unseal(r Request) (payload []byte, err error) {
	if len(r.Token) > MaxTokenText || strings.ContainsAny(string(r.Token), "\r\n") { // which base64 ignores
		return nil, errNoToken
	}
	raw, err := tokenText.DecodeString(string(r.Token))
	switch {
	case err != nil || len(raw) < tokenHead+1+codeSize:
		return nil, errNoToken
	case raw[0] == 0 || raw[0] > tokenVersion || raw[0] < tokenVersion-1:
		return nil, errVersion
	}
	signed, code := raw[:len(raw)-codeSize], raw[len(raw)-codeSize:]
	for _, k := range s.keys {
		if !bytes.Equal(k.id[:], raw[1:tokenHead]) {
			continue
		}
		d := k.desk(r)
		valid := hmac.Equal(code, d.code(signed))
		d.leave()
		if !valid {
			return nil, errForged
		}
		return signed[tokenHead:], nil
	}
	return nil, errOtherKey
}
