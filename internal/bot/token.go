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
	errTooLong  = errors.New("the payload is too long for a token")
)

// signer signs tokens with its first key and accepts all of them.
type signer struct{ keys []signingKey }

type signingKey struct {
	id    [keyIDSize]byte
	desks *sync.Pool // of *desk: an answer has two dozen tokens
}

// desk is what a token is made on, so that making one takes no memory but its own.
type desk struct {
	mac  hash.Hash
	head []byte // where the token is valid
	raw  []byte
	sum  []byte
	text []byte
}

// newSigner makes keys of secrets, whatever their length; there is at least one.
func newSigner(secrets []string) *signer {
	s := &signer{}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte("archbot buttons"))
		key := mac.Sum(nil)
		k := signingKey{desks: &sync.Pool{New: func() any {
			return &desk{mac: hmac.New(sha256.New, key), raw: make([]byte, 0, MaxTokenText), text: make([]byte, 0, MaxTokenText)}
		}}}
		sum := sha256.Sum256(key)
		copy(k.id[:], sum[:])
		s.keys = append(s.keys, k)
	}
	return s
}

// seal makes a token of a payload for a request's place and, where the payload's
// flags say so, its user.
func (s *signer) seal(payload []byte, r Request) (Token, error) {
	if len(payload) == 0 || len(payload) > maxPayload {
		return "", errTooLong
	}
	k := s.keys[0]
	d := k.desk()
	defer k.desks.Put(d)
	d.raw = append(append(d.raw[:0], tokenVersion), k.id[:]...)
	d.raw = append(d.raw, payload...)
	d.raw = append(d.raw, d.code(d.raw, r)...)
	d.text = tokenText.AppendEncode(d.text[:0], d.raw)
	return Token(d.text), nil
}

func (k signingKey) desk() *desk {
	d, ok := k.desks.Get().(*desk)
	if !ok {
		panic("a pool of something else")
	}
	return d
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
		d := k.desk()
		valid := hmac.Equal(code, d.code(signed, r))
		k.desks.Put(d)
		if !valid {
			return nil, errForged
		}
		return signed[tokenHead:], nil
	}
	return nil, errOtherKey
}

// code authenticates what is signed, and where and for whom it is valid; until the
// desk is used again.
func (d *desk) code(signed []byte, r Request) []byte {
	place, user := string(r.Workspace), ""
	by := byte('w')
	if place == "" {
		by, place = 'u', string(r.User)
	}
	if signed[tokenHead]&flagBound != 0 {
		user = string(r.User)
	}
	d.head = binary.AppendUvarint(d.head[:0], uint64(len(r.Platform)))
	d.head = append(d.head, r.Platform...)
	d.head = binary.AppendUvarint(d.head, uint64(1+len(place)))
	d.head = append(append(d.head, by), place...)
	d.head = binary.AppendUvarint(d.head, uint64(len(user)))
	d.head = append(d.head, user...)
	d.mac.Reset()
	d.mac.Write(d.head)
	d.mac.Write(signed)
	d.sum = d.mac.Sum(d.sum[:0])
	return d.sum[:codeSize]
}
