package terminal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCells(t *testing.T) {
	for s, want := range map[string]int{
		"":                 0,
		"plain":            5,
		"café":             4,
		"cafe\u0301":       4,
		"断路器":              6,
		"ｆｕｌｌ":             8,
		"🚀":                2,
		"›…·“”":            5,
		"zero\u200Bwidth":  9,
		"هندسة":            5,
		"한국어":              6,
		"word\u0300\u0301": 4,
	} {
		if got := cells(s); got != want {
			t.Errorf("cells(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		width      int
		want       []string
	}{
		{"nothing", "", 10, nil},
		{"fits", "one two", 7, []string{"one two"}},
		{"between words", "one two three", 8, []string{"one two", "three"}},
		{"a long word", "abcdefghij kl", 4, []string{"abcd", "efgh", "ij", "kl"}},
		{"wide", "断路器 模式", 6, []string{"断路器", "模式"}},
		{"wide, long", "断路器模式", 5, []string{"断路", "器模", "式"}},
		{"no room", "ab", 0, []string{"a", "b"}},
		{"wider than the room", "断", 1, []string{"断"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.text, tt.width)); diff != "" {
				t.Errorf("wrap(%q, %d) (-want +got):\n%s", tt.text, tt.width, diff)
			}
		})
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"断路器模式", 6, "断路…"},
	} {
		if got := shorten(tt.text, tt.width); got != tt.want || cells(got) > tt.width {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two 断路器 \x1b[31m", 5)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = 2 + max(0, width%200)
		text = Clean(text)
		lines := wrap(text, width)
		for _, l := range lines {
			if cells(l) > width {
				t.Errorf("%q is wider than %d", l, width)
			}
		}
		if bare(strings.Join(lines, "")) != bare(text) {
			t.Errorf("wrap lost something of %q: %q", text, lines)
		}
		if strings.ContainsFunc(text, unsafe) {
			t.Errorf("%q is not safe", text)
		}
	})
}

func bare(s string) string { return strings.ReplaceAll(s, " ", "") }
