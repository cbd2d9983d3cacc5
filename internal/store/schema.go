package store

import (
	"fmt"

	"archbot/internal/bot"
)

// Schema is the version of the keys and records that this archbot writes. It
// reads all from 1 on. What changes the meaning of a key, or how it is stored,
// adds one; a record that is only written otherwise gets a new format instead.
const Schema = 1

// CheckSchema says whether an archbot that writes mine may use a store that found
// wrote.
func CheckSchema(found, mine int) error {
	if found > mine {
		return fmt.Errorf("%w: its schema is %d, and this archbot knows up to %d; upgrade this one, or give it a state of its own",
			bot.ErrNewerSchema, found, mine)
	}
	return nil
}
