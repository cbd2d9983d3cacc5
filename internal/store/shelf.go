package store

import (
	"slices"

	"archbot/internal/bot"
)

// PutOn puts an entry at a shelf's end, or in place of the one with its id; the
// shelf it was given may change. bot.ErrFull is the answer to one too many.
func PutOn(shelf []bot.Saved, entry bot.Saved) ([]bot.Saved, error) {
	switch i := Position(shelf, entry.ID); {
	case i >= 0:
		shelf[i] = entry
	case len(shelf) >= bot.MaxShelf:
		return nil, bot.ErrFull
	default:
		shelf = append(shelf, entry)
	}
	return shelf, nil
}

// Position is where on a shelf the entry with an id stands; -1 for nowhere.
func Position(shelf []bot.Saved, id string) int {
	return slices.IndexFunc(shelf, func(s bot.Saved) bool { return s.ID == id })
}
