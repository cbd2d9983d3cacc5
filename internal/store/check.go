package store

import (
	"errors"
	"fmt"
	"time"

	"archbot/internal/bot"
)

// What every store refuses, in the same words.

// CheckSize says whether something is larger than it may be.
func CheckSize(what string, size, limit int) error {
	if size > limit {
		return fmt.Errorf("%w: a %s of %d bytes, where %d are the most", bot.ErrTooLarge, what, size, limit)
	}
	return nil
}

// CheckKeep says whether something may be kept for that long.
func CheckKeep(keep time.Duration) error {
	if keep < time.Millisecond || keep > bot.MaxMemory {
		return fmt.Errorf("nothing is kept for %s: from a millisecond to %s", keep, bot.MaxMemory)
	}
	return nil
}

// CheckSaved says whether an entry may go on a shelf.
func CheckSaved(s bot.Saved) error {
	if s.ID == "" {
		return errors.New("a saved entry needs an id")
	}
	return errors.Join(CheckSize("saved entry's id", len(s.ID), bot.MaxSavedID), CheckSize("saved entry", len(s.Data), bot.MaxSavedData))
}

// CheckInstallation says whether an installation may be kept of a workspace.
func CheckInstallation(s bot.Scope, data []byte) error {
	return errors.Join(CheckWorkspace(s), CheckSize("installation", len(data), bot.MaxInstallation))
}

// CheckWorkspace says whether a scope is a workspace, whose id fits in a record.
func CheckWorkspace(s bot.Scope) error {
	if s.Workspace == "" {
		return errors.New("that is no workspace")
	}
	return CheckSize("workspace's id", len(s.Workspace), maxID)
}
