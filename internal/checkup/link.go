package checkup

import "time"

// Link is how a platform reaches the bot just now.
type Link struct {
	// Up says that what happens there comes here: over a connection that shows signs of
	// life, or because the platform posts it.
	Up   bool
	Text string // in a few words
	// Heard is when the connections last showed a sign of life, be it a ping; the zero
	// time where there are none. Event is when something last came that somebody did.
	Heard, Event time.Time
}
