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
