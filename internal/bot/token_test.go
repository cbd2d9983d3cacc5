package bot

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/catalog"
)

var update = flag.Bool("update", false, "write the tokens of this version anew")

var presser = Request{Platform: "slack", Workspace: "T1", User: "U1"}

// actions are one of each that a token can carry.
func actions() map[string]action {
	return map[string]action{
		"run":      {op: opRun, flags: flagBound, text: "search circuit breaker", page: 2},
		"run-kind": {op: opRun, kind: catalog.Video, text: "search caching level:intro", page: 1000},
		"share":    {op: opRun, flags: flagBound | flagShared, text: "random", kind: catalog.Podcast},
		"stored":   {op: opRun, flags: flagStored, text: "AAECAwQFBgcICQoL", page: 3},
		"topic":    {op: opTopic, ref: "12345678abcdefghijklmnopqr"},
		"save":     {op: opSave, flags: flagBound, ref: "12345678"},
		"unsave":   {op: opUnsave, flags: flagBound, ref: "12345678"},
		"forget":   {op: opForget, flags: flagBound, minute: 29_000_000},
	}
}

// sealed is the token of one payload.
func sealed(s *signer, payload []byte, r Request) Token {
	d := s.desk(r)
	defer d.leave()
	d.seal(payload)
	return d.tokens()[0]
}

// The tokens of one answer are those that would be made one by one, whatever stood on the
// desk before; what cannot be made leaves none in its place.
func TestTokensOfAnAnswer(t *testing.T) {
	s := newSigner([]string{"key"})
	for range 2 {
		var want []Token
		d := s.desk(presser)
		for _, a := range actions() {
			d.seal(a.appendTo(nil))
			d.seal(make([]byte, maxPayload+1))
			want = append(want, sealed(s, a.appendTo(nil), presser), "")
		}
		if diff := cmp.Diff(want, d.tokens()); diff != "" {
			t.Error(diff)
		}
		d.leave()
	}
}

// The tokens of this version, and of the one before it, are read: buttons outlive an
// upgrade. Their file is never written anew for a version that was released.
func TestTokensOfEachVersion(t *testing.T) {
	s := newSigner([]string{"0123456789abcdef"})
	const file = "testdata/tokens.v1"
	if *update {
		var b strings.Builder
		names := make([]string, 0, len(actions()))
		for name := range actions() {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			token := sealed(s, actions()[name].appendTo(nil), presser)
			b.WriteString(name + "\t" + string(token) + "\n")
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for line := range strings.Lines(string(src)) {
		name, token, _ := strings.Cut(strings.TrimSpace(line), "\t")
		r := presser
		r.Token = Token(token)
		payload, err := s.unseal(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := decodeAction(payload)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(actions()[name], got, cmp.AllowUnexported(action{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		read++
	}
	if read != len(actions()) || tokenVersion != 1 {
		t.Errorf("%d of %d tokens are read; each version has a file of its own", read, len(actions()))
	}
}

// A kind that a list may have must fit into tokens, always in the same place.
func TestTokenKinds(t *testing.T) {
	for _, k := range catalog.Kinds() {
		if !slices.Contains(tokenKinds, k) {
			t.Errorf("tokens cannot say %s: add it at the end", k)
		}
	}
}

func TestTokensFit(t *testing.T) {
	s := newSigner([]string{"key"})
	if token := sealed(s, make([]byte, maxPayload), presser); token == "" || len(token) > MaxTokenText {
		t.Errorf("%d characters", len(token))
	}
	for _, n := range []int{0, maxPayload + 1} {
		if token := sealed(s, make([]byte, n), presser); token != "" {
			t.Errorf("a payload of %d bytes: %q", n, token)
		}
	}
}

// A token holds for its place and, in a private answer, for its user; on every
// replica that has the key, of which there may be an older one.
func TestTokensAreBound(t *testing.T) {
	s := newSigner([]string{"new key", "old key"})
	old := newSigner([]string{"old key"})
	seal := func(by *signer, flags byte, r Request) Token {
		return sealed(by, action{op: opSave, flags: flags, ref: "12345678"}.appendTo(nil), r)
	}
	other, elsewhere, dm := presser, presser, Request{Platform: "slack", User: "U1"}
	other.User, elsewhere.Workspace = "U2", "T2"
	platform, dm2 := presser, Request{Platform: "slack", User: "U2"}
	platform.Platform = "discord"
	tests := []struct {
		name  string
		token Token
		r     Request
		err   error
	}{
		{"its user", seal(s, flagBound, presser), presser, nil},
		{"another user", seal(s, flagBound, presser), other, errForged},
		{"another user of a public answer", seal(s, 0, presser), other, nil},
		{"another workspace", seal(s, 0, presser), elsewhere, errForged},
		{"another platform", seal(s, 0, presser), platform, errForged},
		{"a direct message", seal(s, 0, dm), dm, nil},
		{"another's direct message", seal(s, 0, dm), dm2, errForged},
		{"a workspace called as a user", seal(s, 0, dm), Request{Platform: "slack", Workspace: "U1"}, errForged},
		{"the older key", seal(old, flagBound, presser), presser, nil},
		{"a key that is gone", seal(newSigner([]string{"lost"}), 0, presser), presser, errOtherKey},
		{"nothing", "", presser, errNoToken},
		{"no base64", "!!!", presser, errNoToken},
		{"too long", Token(strings.Repeat("A", 104)), presser, errNoToken},
		{"a newer version", Token(tokenText.EncodeToString(append([]byte{tokenVersion + 1}, make([]byte, 40)...))), presser, errVersion},
	}
	for _, tt := range tests {
		tt.r.Token = tt.token
		if _, err := s.unseal(tt.r); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
	}
}

// No bit of a token can be changed.
func TestForgedTokens(t *testing.T) {
	s := newSigner([]string{"key"})
	token := sealed(s, actions()["run"].appendTo(nil), presser)
	raw, err := tokenText.DecodeString(string(token))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		forged := bytes.Clone(raw)
		forged[bit/8] ^= 1 << (bit % 8)
		r := presser
		r.Token = Token(tokenText.EncodeToString(forged))
		if _, err := s.unseal(r); err == nil {
			t.Fatalf("bit %d may be changed", bit)
		}
	}
	r := presser
	r.Token = token[:len(token)-4]
	if _, err := s.unseal(r); err == nil {
		t.Error("the code may be shorter")
	}
}

// Whatever bytes come in, even well signed ones, do no harm; what is read is what
// would be written.
func FuzzToken(f *testing.F) {
	s := newSigner([]string{"0123456789abcdef"})
	for _, a := range actions() {
		payload := a.appendTo(nil)
		f.Add(string(sealed(s, payload, presser)), payload)
	}
	f.Add("", []byte{0, 1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, token string, payload []byte) {
		r := presser
		r.Token = Token(token)
		if got, err := s.unseal(r); err == nil {
			if again := sealed(s, got, presser); again != r.Token {
				t.Errorf("%q is read, but not a token of ours", token)
			}
		}
		a, err := decodeAction(payload)
		if err != nil {
			return
		}
		again, err := decodeAction(a.appendTo(nil))
		if err != nil || cmp.Diff(a, again, cmp.AllowUnexported(action{})) != "" {
			t.Errorf("%x is read as %+v and then as %+v, %v", payload, a, again, err)
		}
	})
}

// A ref is as long as it says, so that no token can make one be cut out of bounds.
func TestRefs(t *testing.T) {
	c, err := catalog.Parse([]byte("# L\n\n## T\n- [A](https://a.example/1) - A.\n- [B](https://a.example/2) - B.\n"), catalog.Options{Name: "l"})
	if err != nil {
		t.Fatal(err)
	}
	r := topicRef(c, c.Topics[0])
	if len(r) != refHead+2*refStep || !r.valid() {
		t.Errorf("a ref of %d bytes", len(r))
	}
	for n := range 40 {
		want := n == 8 || n == 14 || n == 20 || n == 26
		if ref(strings.Repeat("x", n)).valid() != want {
			t.Errorf("a ref of %d bytes is taken as %t", n, !want)
		}
	}
	if base64.RawURLEncoding.EncodedLen(maxPayload+tokenHead+codeSize) > MaxTokenText {
		t.Error("a full token does not fit")
	}
}
