package bot

import (
	"context"
	"errors"
	"time"
)

// ErrConflict says that somebody else has changed what was to be changed. It has been
// left as they made it.
var ErrConflict = errors.New("somebody else has changed this meanwhile")

// How much is kept of installations.
const (
	MaxInstallation  = 8 << 10 // bytes of one
	MaxInstallations = 50_000  // of a platform
)

// Version is a word that changes with every change of an installation, and is never
// the same again; empty for one that is not there.
type Version string

// Installations keeps what a platform's adapter has to know of each workspace that it
// serves, its tokens above all. To a store it is bytes: the adapter has encrypted them.
// It is kept until it is erased.
type Installations interface {
	// LoadInstallation returns what is kept of a workspace; an empty Version and nil
	// where there is nothing.
	LoadInstallation(context.Context, Scope) ([]byte, Version, error)
	// KeepInstallation keeps data, up to MaxInstallation, in place of the version given,
	// which is empty where there must be nothing yet. Another version than that is
	// ErrConflict: of several calls at once with the same version, one succeeds. One
	// more than MaxInstallations is ErrFull. Where it answers ErrUnavailable, load to
	// see which version there is.
	KeepInstallation(ctx context.Context, s Scope, data []byte, was Version) (Version, error)
	// EraseInstallation erases a version; another one is ErrConflict, none at all is
	// no error.
	EraseInstallation(ctx context.Context, s Scope, was Version) error
	// Installed returns the workspaces of a platform in which it is installed, in the
	// order of their ids.
	Installed(context.Context, Platform) ([]WorkspaceID, error)
}

// Kept is one thing that is kept of a workspace.
type Kept struct {
	// Name is the record's, as the design of internal/store has it: c:CHANNEL:THREAD is
	// a conversation, t:TOKEN what a button stands for, s:USER a shelf.
	Name  string
	Until time.Time // when it expires
	Data  []byte    // of a conversation or a token
	Shelf []Saved   // of a shelf
}

// Workspaces is what can be done with all that is kept of one workspace at once. Both
// look at all of the store, and are for what happens seldom. A Scope without a
// Workspace is refused.
type Workspaces interface {
	// ForgetScope erases shelves, conversations, tokens and seen events of a
	// workspace, and what its people said elsewhere. What is kept of rate limits stays,
	// as with Forget, and so does the installation. Called again after an error, it
	// takes up where it failed.
	ForgetScope(context.Context, Scope) error
	// KeptOf returns what ForgetScope would erase, in the order of names, but for
	// seen events: they are hashes and ids that say nothing.
	KeptOf(context.Context, Scope) ([]Kept, error)
}
