package store

import (
	"context"

	"archbot/internal/bot"
	"archbot/internal/digest"
)

// Store is a place for the state.
type Store interface {
	bot.State
	digest.Store
	// Close lets go of the store, and with a file writes what is left to write.
	Close() error
}

// Remote is a Store that can be out of reach. It answers bot.ErrUnavailable then,
// Take too. Every call heeds its context: it returns when that ends, whatever else
// the Store is waiting for.
type Remote interface {
	Store
	// Probe reports whether the store takes writes for the scope, which says where
	// in a cluster to ask.
	Probe(context.Context, bot.Scope) error
}
