package source

import (
	"context"
	"errors"
	"fmt"
	"io"

	"archbot/data"
	"archbot/internal/catalog"
)

// origin is what a list's bytes are read from.
type origin interface {
	// fetch returns the list, at most catalog.MaxBytes of it, or errUnchanged
	// when the version that the validators came with is still the newest. Any
	// other error is an *Error.
	fetch(ctx context.Context, have validators) (document, error)
}

// document is a list as it was fetched.
type document struct {
	body []byte
	validators
}

// validators are what a server named a version by; empty where it did not.
type validators struct{ etag, lastModified string }

var errUnchanged = errors.New("unchanged")

type embedded struct{}

func (embedded) fetch(context.Context, validators) (document, error) {
	return document{body: data.List()}, nil
}

// readBounded reads a list to its end, which must come within catalog.MaxBytes.
func readBounded(r io.Reader, list Location) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, catalog.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(body) > catalog.MaxBytes {
		return nil, tooLarge(list)
	}
	return body, nil
}

func tooLarge(list Location) *Error {
	return &Error{
		Kind: TooLarge, List: list.String(),
		Why: fmt.Sprintf("it is larger than %d MiB, or has no end", catalog.MaxBytes>>20),
		Fix: "check that the location is the list's own, or split the list into several",
	}
}
