package search

import "testing"

func TestWithin(t *testing.T) {
	tests := []struct {
		a, b  string
		limit int
		want  bool
	}{
		{"circuit", "circuit", 0, true},
		{"circuit", "circuits", 0, false},
		{"circiut", "circuit", 1, true}, // a swap is one slip
		{"circut", "circuit", 1, true},
		{"circxut", "circuit", 1, false},
		{"circxut", "circuit", 2, true},
		{"", "ab", 2, true},
		{"", "abc", 2, false},
		{"straße", "strase", 1, true}, // runes, not bytes
	}
	for _, tt := range tests {
		if got := within(tt.a, tt.b, tt.limit); got != tt.want {
			t.Errorf("within(%q, %q, %d) = %t", tt.a, tt.b, tt.limit, got)
		}
	}
}

func FuzzWithinIsSymmetric(f *testing.F) {
	f.Add("circuit", "circiut", 1)
	f.Add("", "a", 1)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if within(a, b, limit) != within(b, a, limit) {
			t.Errorf("within(%q, %q, %d) depends on the order", a, b, limit)
		}
		if len([]rune(a)) <= maxWord && !within(a, a, 1) {
			t.Errorf("within(%q, itself) is wrong", a)
		}
	})
}

func TestStem(t *testing.T) {
	for _, group := range [][]string{
		{"breaking", "breaker", "breakers", "break"},
		{"caching", "cache", "caches"},
		{"strategy", "strategies"},
		{"scaling", "scale"},
		{"process", "processing", "processor"},
	} {
		for _, w := range group {
			if stem(w) != stem(group[0]) {
				t.Errorf("stem(%q) = %q, but stem(%q) = %q", w, stem(w), group[0], stem(group[0]))
			}
		}
	}
	for _, w := range []string{"bus", "mesh", "redis", "straße", "os"} {
		if stem(w) != w {
			t.Errorf("stem(%q) = %q, want it as it is", w, stem(w))
		}
	}
}
