package slack

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/seal"
)

func newKeys(t testing.TB, secrets ...string) *seal.Keyring {
	t.Helper()
	if len(secrets) == 0 {
		secrets = testKeys
	}
	k, err := seal.New(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sample(enterprise string) kept {
	return kept{
		Team: "T1", Name: "Acme", Enterprise: enterprise, App: "A1", Bot: "U0BOT", Scopes: []string{"chat:write"}, Installer: "U1",
		Installed: time.Unix(1_800_000_000, 0).UTC(), Token: "xoxe.xoxb-1", Refresh: "xoxe-1", Expires: time.Unix(1_800_043_200, 0).UTC(),
		Refreshing: &refreshing{By: "me", Until: time.Unix(1_800_000_060, 0).UTC()},
	}
}

func TestKept(t *testing.T) {
	k := newKeys(t)
	for _, enterprise := range []string{"", "E1"} {
		data, err := sample(enterprise).sealed(k)
		if err != nil {
			t.Fatal(err)
		}
		got, current, err := unseal(k, "T1", data)
		if diff := cmp.Diff(sample(enterprise), got); diff != "" || err != nil || !current {
			t.Errorf("%v, %v (-want +got):\n%s", err, current, diff)
		}
		if _, _, err := unseal(k, "T2", data); !errors.Is(err, seal.ErrForged) {
			t.Errorf("as another workspace’s: %v", err)
		}
	}
	// The enterprise can be read, but not changed.
	data, err := sample("E1").sealed(k)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := unseal(k, "T1", bytes.Replace(data, []byte("E1"), []byte("E2"), 1)); !errors.Is(err, seal.ErrForged) {
		t.Errorf("in another enterprise: %v", err)
	}
	if _, err := sample(string(make([]byte, maxEnterprise+1))).sealed(k); err == nil {
		t.Error("an enterprise’s id of any length")
	}
	if _, current, err := unseal(newKeys(t, "another secret", testKeys[0]), "T1", data); err != nil || current {
		t.Errorf("with an older key: %v, %v", current, err)
	}
}

func FuzzUnseal(f *testing.F) {
	k := newKeys(f)
	for _, enterprise := range []string{"", "E1"} {
		data, err := sample(enterprise).sealed(k)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1})
	f.Add(append([]byte{0}, k.Seal([]byte(`{"team":"T2"}`), bindings("T1", "")...)...))
	f.Add(append([]byte{0}, k.Seal([]byte(`{`), bindings("T1", "")...)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, err := unseal(k, "T1", data)
		if err == nil && (got.Team != "T1" || got.Token != "xoxe.xoxb-1") {
			t.Errorf("%x is read as %+v", data, got)
		}
		if err != nil && (!errors.Is(err, errRecord) || got.Token != "") {
			t.Errorf("%v, with %+v", err, got)
		}
		if _, _, err := unseal(k, "Tx1", data); err == nil {
			t.Error("it opens for another workspace")
		}
	})
}
