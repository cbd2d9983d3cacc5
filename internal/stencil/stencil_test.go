package stencil

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ticket is a token, as others call theirs.
type ticket string

// sheet is a response as a platform may have it: a token alone, beside other fields, in
// a list, and twice.
type sheet struct {
	Title string   `json:"title"`
	Go    ticket   `json:"go"`
	Again ticket   `json:"again"`
	Menu  []ticket `json:"menu"`
	End   string   `json:"end"`
}

func (s sheet) tokens() []ticket { return append([]ticket{s.Go}, s.Menu...) }

func write(t testing.TB, s sheet) []byte {
	t.Helper()
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func sheetOf(title, end string, tokens ...ticket) sheet {
	return sheet{Title: title, Go: tokens[0], Again: tokens[0], Menu: tokens[1:], End: end}
}

// The next person gets what would be written for them, with nothing of the first's.
func TestResponse(t *testing.T) {
	ann, bob := sheetOf("Caching", "", "ann-1", "ann_2", "ann3"), sheetOf("Caching", "", "b", "bob-the-second", "bob3")
	for _, order := range [][]sheet{{ann, bob, ann}, {bob, ann, bob}} {
		c, wrote := New[string, ticket](2), 0
		for _, s := range order {
			got, err := c.Response("caching", s.tokens(), func() ([]byte, error) { wrote++; return write(t, s), nil })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(write(t, s)), string(got)); diff != "" {
				t.Errorf("%s:\n%s", s.Go, diff)
			}
		}
		if wrote != 1 {
			t.Errorf("it is written %d times", wrote)
		}
	}
}

// Another key, or a token less, is another response; and the oldest are forgotten.
func TestWhatIsTheSame(t *testing.T) {
	c := New[int, ticket](2)
	for i, tt := range []struct {
		key    int
		tokens []ticket
		writes bool
	}{
		{1, []ticket{"a"}, true}, {1, []ticket{"b"}, false}, {1, nil, true}, {1, []ticket{"c"}, false},
		{2, []ticket{"a"}, true}, {1, []ticket{"a"}, false}, {1, nil, true},
	} {
		wrote := false
		if _, err := c.Response(tt.key, tt.tokens, func() ([]byte, error) { wrote = true; return []byte(`"a"`), nil }); err != nil {
			t.Fatal(err)
		}
		if wrote != tt.writes {
			t.Errorf("%d: key %d with %d tokens is written: %v", i, tt.key, len(tt.tokens), wrote)
		}
	}
}

// What cannot be written is not remembered.
func TestErrors(t *testing.T) {
	c, broken := New[string, ticket](1), errors.New("broken")
	if got, err := c.Response("x", nil, func() ([]byte, error) { return []byte("half"), broken }); !errors.Is(err, broken) || got != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := c.Response("x", nil, func() ([]byte, error) { return []byte("all"), nil }); err != nil || string(got) != "all" {
		t.Errorf("%s, %v", got, err)
	}
}

// Tokens that are the same for one person are the same for the next.
func TestSameTokens(t *testing.T) {
	for _, s := range []sheet{sheetOf("x", "y", "a", "a", "b", "a"), sheetOf("x", "y", "longer", "longer", "c", "longer")} {
		cutOut := cut(write(t, sheetOf("x", "y", "q", "q", "r", "q")), []ticket{"q", "q", "r", "q"})
		if got := with(cutOut, s.tokens()); string(got) != string(write(t, s)) {
			t.Errorf("%s", got)
		}
	}
}

// Many ask at once, each for their own.
func TestConcurrently(t *testing.T) {
	c := New[int, ticket](4)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 200 {
				own := ticket(fmt.Sprintf("t%d-%d", n, i))
				got, err := c.Response(i%6, []ticket{own}, func() ([]byte, error) { return []byte(`["` + own + `"]`), nil })
				if want := `["` + string(own) + `"]`; err != nil || string(got) != want {
					t.Errorf("%s and not %s, %v", got, want, err)
				}
			}
		})
	}
	all.Wait()
}

// Whatever stands around tokens, they come out and go in again: the same ones give what
// was written, and others what would be written with them.
func FuzzCut(f *testing.F) {
	f.Add("Caching", `"quoted"`, "a", "b", "c", "d")
	f.Add(`say "a`, "\\", "a", "aa", "a-a", "b")
	f.Add(`"`, `","go":"x`, "go", "title", "x", "x")
	f.Add("<&>\u2028\xff", "menu", "_", "-", "0", "00")
	f.Fuzz(func(t *testing.T, title, end, a, b, c, d string) {
		mine, theirs := []ticket{ticket(a), ticket(b)}, []ticket{ticket(c), ticket(d)}
		for _, token := range []string{a, b, c, d} {
			if token == "" || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
				return // no token
			}
		}
		if (a == b) != (c == d) {
			return // no two people's
		}
		encoded := write(t, sheetOf(title, end, mine...))
		cutOut := cut(encoded, mine)
		if got := with(cutOut, mine); string(got) != string(encoded) {
			t.Fatalf("%s and not %s", got, encoded)
		}
		bare := string(write(t, sheetOf(title, end, "", "")))
		if strings.Contains(bare, `"`+a+`"`) || strings.Contains(bare, `"`+b+`"`) {
			return // something else reads like a token, as nothing does that is not signed
		}
		want := write(t, sheetOf(title, end, theirs...))
		if got := with(cutOut, theirs); string(got) != string(want) {
			t.Errorf("%s and not %s", got, want)
		}
	})
}
