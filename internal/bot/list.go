package bot

import (
	"time"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// Library is where a Bot finds the list that is current just now.
type Library interface {
	// Current returns the list to answer from. It is called once for each request
	// and must not block; its Index is never nil.
	Current() List
}

// List is what is recommended from, as it was at one time. It is immutable.
type List struct {
	Index *search.Index
	ID    ListID    // what its arrivals are remembered by; the same for all its versions
	Names []string  // where it comes from, fit to be shown
	Read  time.Time // when this version was read
}

// catalog is the list as data.
func (l List) catalog() *catalog.Catalog { return l.Index.Catalog() }
