// Package seal encrypts what is kept for others, such as the tokens of workspaces, so
// that whoever reads the store reads nothing of it.
//
// What is sealed is bound to words, such as the workspace that it belongs to: under
// other words it does not open, so that nothing can be put into another's place. The
// first key of a Keyring seals and all of them open, so a key is changed without a
// moment in which something cannot be read: add the new one behind the old one
// everywhere, then put it first, then seal everything anew, then leave the old one out.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sealed data is its format, the id of the key, the nonce, and what AES-256-GCM
// (NIST SP 800-38D) makes of the data: as long as that and a tag of 16 bytes.
const (
	format     = 1
	idSize     = 4
	nonceSize  = 12
	headerSize = 1 + idSize + nonceSize
	tagSize    = 16
	keySize    = 32
)

// Overhead is how many bytes sealed data is longer than what was sealed.
const Overhead = headerSize + tagSize

// Why something does not open; to be found with errors.Is.
var (
	// ErrKey says that none of the keys sealed it: one was left out too early, or the
	// data is another deployment's.
	ErrKey = errors.New("none of the keys has sealed this")
	// ErrForged says that it was changed, or belongs to something else.
	ErrForged = errors.New("what was sealed has been changed, or belongs elsewhere")
	// ErrFormat says that it is not what Seal returns.
	ErrFormat = errors.New("this is nothing that was sealed")
)

// Keyring seals and opens. It may be used by any number of goroutines.
type Keyring struct{ keys []key }

type key struct {
	id   [idSize]byte
	aead cipher.AEAD
}

// New returns a Keyring of secrets, the first of which seals. The secrets are as good
// as they are hard to guess: there is no slow hash between them and the keys, which are
// derived with HKDF-SHA256 (RFC 5869).
func New(secrets []string) (*Keyring, error) {
	if len(secrets) == 0 {
		return nil, errors.New("there is no key to seal with")
	}
	k := &Keyring{}
	for _, secret := range secrets {
		derived, err := derive(secret)
		if err != nil {
			return nil, err
		}
		k.keys = append(k.keys, derived)
	}
	return k, nil
}

func derive(secret string) (k key, err error) {
	id, err := hkdf.Key(sha256.New, []byte(secret), nil, "archbot seal: id of a key", idSize)
	if err != nil {
		return k, fmt.Errorf("deriving a key: %w", err)
	}
	material, err := hkdf.Key(sha256.New, []byte(secret), nil, "archbot seal: AES-256-GCM", keySize)
	if err != nil {
		return k, fmt.Errorf("deriving a key: %w", err)
	}
	block, err := aes.NewCipher(material)
	if err != nil {
		return k, fmt.Errorf("deriving a key: %w", err)
	}
	copy(k.id[:], id)
	k.aead, err = cipher.NewGCM(block)
	return k, err
}

// Seal encrypts data, and binds it to the words.
func (k *Keyring) Seal(data []byte, words ...string) []byte {
	with := k.keys[0]
	out := make([]byte, headerSize, headerSize+len(data)+tagSize)
	out[0] = format
	copy(out[1:], with.id[:])
	nonce := out[1+idSize : headerSize]
	_, _ = rand.Read(nonce) // never fails
	return with.aead.Seal(out, nonce, data, bound(out[:1+idSize], words))
}

// Open decrypts what Seal returned for the same words. Current reports whether the
// first key sealed it: else it is due to be sealed anew.
func (k *Keyring) Open(sealed []byte, words ...string) (data []byte, current bool, err error) {
	switch {
	case len(sealed) < Overhead || sealed[0] == 0:
		return nil, false, ErrFormat
	case sealed[0] != format:
		return nil, false, fmt.Errorf("%w: its format is %d, and this archbot knows %d", ErrFormat, sealed[0], format)
	}
	known := false
	for i, with := range k.keys {
		if [idSize]byte(sealed[1:1+idSize]) != with.id {
			continue
		}
		known = true
		data, err := with.aead.Open(nil, sealed[1+idSize:headerSize], sealed[headerSize:], bound(sealed[:1+idSize], words))
		if err == nil {
			return data, i == 0, nil
		}
	}
	if known {
		return nil, false, ErrForged
	}
	return nil, false, ErrKey
}

// bound is the associated data: what stands before the nonce, and the words, each
// behind its length, so that other words never come to the same.
func bound(head []byte, words []string) []byte {
	b := append([]byte(nil), head...)
	for _, w := range words {
		b = binary.BigEndian.AppendUint64(b, uint64(len(w)))
		b = append(b, w...)
	}
	return b
}
