package source

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
)

// Kind says what sort of failure an Error is, in a word that is fit for a metric.
type Kind string

// The kinds of failure.
const (
	BadLocation Kind = "bad-location" // the setting itself is wrong
	Unreachable Kind = "unreachable"  // the list could not be read, or not to its end
	Refused     Kind = "refused"      // a safety rule forbids it: an address, a redirect
	TooLarge    Kind = "too-large"    // more than catalog.MaxBytes
	NotList     Kind = "not-a-list"   // it was read, but is no list
	Shrunk      Kind = "shrunk"       // it is a list, but has lost most of its entries
)

// Error says why a list, or its new version, is not used. Its text is one line
// that a person can act on and holds no secret.
type Error struct {
	Kind Kind
	List string // the location, without user name, password and query
	Why  string // what is wrong
	Fix  string // what to do
	Err  error  // the cause, if there is one
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s; %s", e.List, e.Why, e.Fix) }

func (e *Error) Unwrap() error { return e.Err }

// Passing reports whether what went wrong may be over by itself later: servers that are out
// of reach or in trouble, and nothing else.
func Passing(err error) bool {
	// Each of those that were joined, and not the first one of its kind.
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		return !slices.ContainsFunc(all.Unwrap(), func(e error) bool { return !Passing(e) })
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != Unreachable {
		return false
	}
	if status, ok := errors.AsType[*StatusError](e.Err); ok {
		return status.Code == http.StatusTooManyRequests || status.Code >= 500
	}
	_, unnamed := errors.AsType[*net.DNSError](e.Err)
	_, unconnected := errors.AsType[*net.OpError](e.Err)
	slow, ok := errors.AsType[net.Error](e.Err) // as the errors of files are, too
	return unnamed || unconnected || ok && slow.Timeout()
}

// StatusError is the cause when a server answered, but not with the list.
type StatusError struct{ Code int }

func (e *StatusError) Error() string {
	if text := http.StatusText(e.Code); text != "" {
		return fmt.Sprintf("%d %s", e.Code, text)
	}
	return fmt.Sprintf("status %d", e.Code)
}

// ShrunkError is the cause when a new version has lost most of its entries.
type ShrunkError struct {
	What          string // "entries" or "links"
	Before, After int
}

func (e *ShrunkError) Error() string {
	return fmt.Sprintf("it has lost most of its %s: %d before, %d now", e.What, e.Before, e.After)
}
