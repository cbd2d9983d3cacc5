package bot

import (
	"context"
	"time"
)

// An Observer is told what the bot does, for whoever counts it. It is called by whoever
// asks, by many at once, and must not block. What it is told is of closed sets: nothing
// that anybody wrote, and nobody's name.
type Observer interface {
	// Answered is told of every request once it has its reply.
	Answered(context.Context, Answered)
	// Searched is told of every search of the list that has just ended, and when it began.
	Searched(ctx context.Context, began time.Time)
	// Limited is told of every request that a limit refused, before it is Answered.
	Limited(context.Context, Platform, Limit)
}

// Answered says what came of a request.
type Answered struct {
	Platform Platform
	Surface  Surface
	// Command is the path of the one that the request was understood as, which for free
	// text is a search or a question; empty where it was understood as none.
	Command string
	Kind    ReplyKind
	Again   bool // it was delivered again, and is not answered: Silent
	Began   time.Time
}

// ReplyKinds are all kinds of reply.
func ReplyKinds() []ReplyKind {
	return []ReplyKind{
		Found, Nothing, Tree, Place, Choice, Guide, Reading, News, Confirm, Done, About, Help, Digest, Edition,
		Misuse, Stale, Limited, Away, Failure, Talk, Silent,
	}
}

// Surfaces are all surfaces.
func Surfaces() []Surface {
	return []Surface{SurfaceCommand, SurfaceDirect, SurfaceMention, SurfaceThread, SurfaceButton, SurfaceMenu, SurfaceForm}
}

// unobserved is an Observer that listens to nothing.
type unobserved struct{}

func (unobserved) Answered(context.Context, Answered)       {}
func (unobserved) Searched(context.Context, time.Time)      {}
func (unobserved) Limited(context.Context, Platform, Limit) {}
