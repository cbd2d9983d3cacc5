package seal

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

func ring(t testing.TB, secrets ...string) *Keyring {
	t.Helper()
	k, err := New(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const (
	first  = "the first secret, long enough"
	second = "the second secret, long enough"
)

func TestSeal(t *testing.T) {
	k := ring(t, first)
	for _, data := range [][]byte{nil, {}, []byte("x"), bytes.Repeat([]byte("token"), 1000)} {
		sealed := k.Seal(data, "slack", "T1")
		if len(sealed) != len(data)+Overhead || len(data) > 4 && bytes.Contains(sealed, data[:5]) {
			t.Errorf("%d bytes become %d", len(data), len(sealed))
		}
		got, current, err := k.Open(sealed, "slack", "T1")
		if err != nil || !current || !bytes.Equal(got, data) {
			t.Errorf("%q comes back as %q, %v, %v", data, got, current, err)
		}
	}
	if bytes.Equal(k.Seal([]byte("x")), k.Seal([]byte("x"))) {
		t.Error("the same data is sealed to the same bytes")
	}
}

// Under other words nothing opens, however they are put together.
func TestSealedIsBound(t *testing.T) {
	k := ring(t, first)
	sealed := k.Seal([]byte("token"), "slack", "T1")
	for _, words := range [][]string{
		nil, {"slack"}, {"slack", "T2"}, {"T1", "slack"}, {"slackT1"}, {"slack", "T1", ""}, {"", "slack", "T1"}, {"slac", "kT1"}, {"discord", "T1"},
	} {
		if data, _, err := k.Open(sealed, words...); !errors.Is(err, ErrForged) || data != nil {
			t.Errorf("%q: %q, %v", words, data, err)
		}
	}
}

// Whatever one bit of it is changed, or cut off, it does not open.
func TestTampering(t *testing.T) {
	k := ring(t, first)
	sealed := k.Seal([]byte("token"), "slack", "T1")
	for i := range sealed {
		for bit := range 8 {
			forged := slices.Clone(sealed)
			forged[i] ^= 1 << bit
			if data, _, err := k.Open(forged, "slack", "T1"); err == nil || data != nil {
				t.Errorf("byte %d, bit %d: %q, %v", i, bit, data, err)
			}
		}
		if data, _, err := k.Open(sealed[:i], "slack", "T1"); err == nil || data != nil {
			t.Errorf("the first %d bytes: %q, %v", i, data, err)
		}
	}
	if _, _, err := k.Open(append(sealed, 0), "slack", "T1"); !errors.Is(err, ErrForged) {
		t.Errorf("a byte more: %v", err)
	}
}

// At no step of a change of keys is there anything that a process cannot open: one
// that is a step behind opens what one that is a step ahead seals.
func TestChangeOfKeys(t *testing.T) {
	steps := [][]string{{first}, {first, second}, {second, first}, {second}}
	for i := range len(steps) - 2 {
		behind, ahead := ring(t, steps[i]...), ring(t, steps[i+1]...)
		for _, by := range []*Keyring{behind, ahead} {
			for _, with := range []*Keyring{behind, ahead} {
				got, current, err := with.Open(by.Seal([]byte("token"), "T1"), "T1")
				if err != nil || string(got) != "token" || current != (by.keys[0].id == with.keys[0].id) {
					t.Errorf("step %d: %q, %v, %v", i, got, current, err)
				}
			}
		}
	}
	old := ring(t, first).Seal([]byte("token"))
	if _, _, err := ring(t, second).Open(old); !errors.Is(err, ErrKey) {
		t.Errorf("without its key: %v", err)
	}
	data, current, err := ring(t, second, first).Open(old)
	if err != nil || current {
		t.Fatalf("an old key: %v, %v", current, err)
	}
	if _, current, err = ring(t, second).Open(ring(t, second, first).Seal(data)); err != nil || !current {
		t.Errorf("sealed anew: %v, %v", current, err)
	}
}

func TestNoKey(t *testing.T) {
	if _, err := New(nil); err == nil {
		t.Error("a keyring without a key")
	}
}

func TestFormats(t *testing.T) {
	k := ring(t, first)
	sealed := k.Seal([]byte("token"))
	for _, format := range []byte{0, 2, 255} {
		sealed[0] = format
		if _, _, err := k.Open(sealed); !errors.Is(err, ErrFormat) {
			t.Errorf("format %d: %v", format, err)
		}
	}
}

// Nothing opens but what was sealed, and that as it was.
func FuzzOpen(f *testing.F) {
	k := ring(f, first, second)
	f.Add(k.Seal([]byte("token"), "T1"), "T1")
	f.Add(ring(f, second).Seal([]byte("token"), "T1"), "T2")
	f.Add([]byte{1}, "")
	f.Add(bytes.Repeat([]byte{1}, Overhead), "")
	made := k.Seal([]byte("token"), "T1")
	f.Fuzz(func(t *testing.T, sealed []byte, word string) {
		data, _, err := k.Open(sealed, word)
		if err == nil && (string(data) != "token" || word != "T1") {
			t.Errorf("%x opens to %q", sealed, data)
		}
		if err != nil && data != nil {
			t.Error("refused data is returned")
		}
		if back, _, err := k.Open(k.Seal(sealed, word), word); err != nil || !bytes.Equal(back, sealed) {
			t.Errorf("%x comes back as %x, %v", sealed, back, err)
		}
		if _, _, err := k.Open(made, word); (err == nil) != (word == "T1") {
			t.Errorf("%q opens what is bound to T1: %v", word, err)
		}
	})
}
