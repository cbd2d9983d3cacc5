// Package storetest is what every store has to do, as one suite of tests that
// takes a constructor. It is imported by tests only.
package storetest

import (
	"testing"
	"testing/synctest"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store"
)

// Subject is a store to test, empty when it is handed over.
type Subject struct {
	Store store.Store
	// Advance lets time pass for the store, without waiting for it.
	Advance func(time.Duration)
	// Reopen closes the Store and returns one on the same data, as after a
	// restart; nil where nothing outlives the process.
	Reopen func() store.Store
}

// Run runs the suite on stores that open makes, a new one for each test.
func Run(t *testing.T, open func(t *testing.T) *Subject) {
	t.Helper()
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) { part.test(t, open(t)) })
	}
}

// RunInBubbles runs the suite, each test in a bubble of testing/synctest, where
// time passes as soon as everybody waits. What open makes ends in t.Cleanup.
func RunInBubbles(t *testing.T, open func(t *testing.T) *Subject) {
	t.Helper()
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { part.test(t, open(t)) })
		})
	}
}

// parts are the tests of the suite.
var parts = []struct {
	name string
	test func(*testing.T, *Subject)
}{
	{"limits", testLimits},
	{"limits refill", testRefill},
	{"limits are taken from all or none", testAllOrNone},
	{"limits that were lowered", testLowered},
	{"limits are apart", testLimitsApart},
	{"wrong limits", testWrongLimits},
	{"limits let no more through", testNoMoreThanTheModel},
	{"events", testEvents},
	{"one of many sees an event first", testEventsRace},
	{"deliveries", testDeliveries},
	{"deliveries that are held", testHeld},
	{"one of many takes up a delivery", testDeliveriesRace},
	{"conversations", testConversations},
	{"tokens", testTokens},
	{"too many records", testOwnedBound},
	{"shelf", testShelf},
	{"full shelf", testFullShelf},
	{"shelf expires", testShelfExpires},
	{"arrivals", testArrivals},
	{"arrivals expire", testArrivalsExpire},
	{"signing key", testSigningKey},
	{"forget", testForget},
	{"forget during other calls", testForgetRace},
	{"installations", testInstallations},
	{"one of many changes an installation", testInstallationsRace},
	{"sizes of installations", testInstallationSizes},
	{"forget a workspace", testForgetScope},
	{"forget a workspace with a hostile name", testForgetScopePatterns},
	{"sizes", testSizes},
	{"hostile ids", testHostileIDs},
	{"everything at once", testStress},
	{"restart", testRestart},
	{"digests", testDigests},
	{"digests step by step", testDigestSteps},
	{"digests fill a channel", testDigestsFull},
	{"digests that are due", testDigestClaims},
	{"digests keep their pace", testDigestPace},
	{"digests are claimed once", testDigestClaimRace},
	{"digests remember", testDigestMemory},
	{"digests of a workspace", testDigestWorkspace},
	{"digests with hostile names", testDigestHostile},
	{"digests after a restart", testDigestRestart},
}

// The scopes and people of the tests.
var (
	workspace = bot.Scope{Platform: "slack", Workspace: "T1"}
	other     = bot.Scope{Platform: "slack", Workspace: "T2"}
	direct    = bot.Scope{Platform: "discord", User: "U1"}
	ann       = bot.Person{Platform: "slack", Workspace: "T1", User: "U1"}
	ben       = bot.Person{Platform: "slack", Workspace: "T1", User: "U2"}
	// dora is known everywhere on her platform; she speaks in guilds.
	dora  = bot.Person{Platform: "discord", User: "U1"}
	guild = bot.Scope{Platform: "discord", Workspace: "G1"}
)

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
