package config

import (
	"fmt"
	"log/slog"
)

// Secret is a value that must not be shown. Whatever prints, logs or encodes it
// gets a placeholder; only Reveal gives it away.
type Secret string

const redacted = "[redacted]"

// Reveal returns the value itself, for the one call that needs it.
func (s Secret) Reveal() string { return string(s) }

// String returns a placeholder, or nothing when there is nothing to hide.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format redacts under every verb, %#v and %x too.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue redacts in a log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText redacts in JSON and whatever else encodes text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
