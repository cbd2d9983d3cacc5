package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"archbot/internal/bot"
)

// Key names a record. Both stores use the same names: Redis with its prefix and
// the tag in braces, so that a scope's keys are in one slot, the file as they are.
type Key struct {
	Tag  string // the scope, or what else the record belongs to
	Name string
}

// String returns the key as a file has it, and Redis behind its prefix.
func (k Key) String() string { return "{" + k.Tag + "}:" + k.Name }

// maxID is how long an id may be within a key, in bytes. The platforms' own are
// far shorter.
const maxID = 128

// escape makes an id fit for a key: braces, colons, "@" and whatever is not
// plain ASCII are written as %XX, so that different ids give different keys, and
// none reaches into its neighbour or the hash tag. A longer one gives way to its
// hash.
func escape(id string) string {
	const digits = "0123456789ABCDEF"
	clean := len(id) <= maxID
	for i := range len(id) {
		clean = clean && plain(id[i])
	}
	if clean {
		return id
	}
	var b strings.Builder
	for i := range len(id) {
		if c := id[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	if b.Len() > maxID {
		sum := sha256.Sum256([]byte(id))
		return "~" + hex.EncodeToString(sum[:16])
	}
	return b.String()
}

// plain tells a byte that stands for itself in a key.
func plain(c byte) bool {
	switch c {
	case '{', '}', ':', '@', '%', '~':
		return false
	}
	return c > ' ' && c < 0x7F
}

// Tag names a scope: platform:workspace, or platform:@user.
func Tag(s bot.Scope) string {
	if s.Workspace == "" {
		return escape(string(s.Platform)) + ":@" + escape(string(s.User))
	}
	return escape(string(s.Platform)) + ":" + escape(string(s.Workspace))
}

// ScopePrefix is what the names of all records of a scope begin with.
func ScopePrefix(s bot.Scope) string { return Key{Tag: Tag(s)}.String() }

// EventKey is where it says that an event was seen.
func EventKey(s bot.Scope, id bot.EventID) Key {
	return Key{Tag(s), "e:" + escape(string(id))}
}

// ConversationKey is where a conversation is kept.
func ConversationKey(id bot.ConversationID) Key {
	return Key{Tag(id.Scope), "c:" + escape(string(id.Channel)) + ":" + escape(string(id.Thread))}
}

// TokenKey is where a token's payload is kept.
func TokenKey(s bot.Scope, id bot.TokenID) Key {
	return Key{Tag(s), "t:" + escape(string(id))}
}

// NewTokenID returns the id of a payload: its hash, so that keeping it twice
// keeps it once, and two payloads never meet (96 bits).
func NewTokenID(payload []byte) bot.TokenID {
	sum := sha256.Sum256(payload)
	return bot.TokenID(base64.RawURLEncoding.EncodeToString(sum[:12]))
}

// ShelfKey is where a person's saved entries are kept.
func ShelfKey(p bot.Person) Key { return Key{Tag(p.Scope()), "s:" + escape(string(p.User))} }

// OwnedKey is where it says which records Forget has to erase for a person.
func OwnedKey(p bot.Person) Key { return Key{Tag(p.Scope()), "o:" + escape(string(p.User))} }

// LeaseKeys are where it says who has a lease, and what was left with it.
func LeaseKeys(s bot.Scope, name string) (holder, left Key) {
	name = escape(name)
	return Key{Tag(s), "h:" + name}, Key{Tag(s), "r:" + name}
}

// InstallationsKey is where the installations of a platform are kept.
func InstallationsKey(p bot.Platform) Key { return Key{"apps:" + escape(string(p)), "apps"} }

// ArrivalsKey is where a list's resources are kept.
func ArrivalsKey(list bot.ListID) Key { return Key{"list:" + escape(string(list)), "f"} }

// ArrivalField is what a resource is known by there: 96 bits of its URL's hash.
func ArrivalField(url string) string {
	sum := sha256.Sum256([]byte(url))
	return string(sum[:12])
}

// The records that there is one of in a store.
var (
	SchemaKey  = Key{"archbot", "schema"}
	SigningKey = Key{"archbot", "key"}
)

// KeySize is how many bytes the signing key has.
const KeySize = 32
