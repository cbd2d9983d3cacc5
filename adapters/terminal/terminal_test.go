package terminal

import (
	"bytes"
	"testing"
)

func env(set map[string]string) func(string) string {
	return func(name string) string { return set[name] }
}

// Off a terminal nothing is painted unless somebody insists; what a terminal
// does is tested with a real one, in cmd/archbot.
func TestDetectOffTerminal(t *testing.T) {
	for _, tt := range []struct {
		mode ColorMode
		env  map[string]string
		want View
	}{
		{Auto, nil, View{Width: 80}},
		{Auto, map[string]string{"TERM": "xterm-kitty"}, View{Width: 80}},
		{Never, nil, View{Width: 80}},
		{Always, nil, View{Width: 80, Color: true}},
		{Always, map[string]string{"NO_COLOR": "1", "TERM": "dumb"}, View{Width: 80, Color: true}},
	} {
		if got := Detect(&bytes.Buffer{}, env(tt.env), tt.mode); got != tt.want {
			t.Errorf("Detect(%s, %v) = %+v, want %+v", tt.mode, tt.env, got, tt.want)
		}
	}
}

func TestShowsLinks(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"TERM": "xterm-256color"}, false},
		{map[string]string{"TERM": "xterm-kitty"}, true},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, true},
		{map[string]string{"TERM_PROGRAM": "Apple_Terminal"}, false},
		{map[string]string{"VTE_VERSION": "7200"}, true},
		{map[string]string{"VTE_VERSION": "4800"}, false},
		{map[string]string{"VTE_VERSION": "7200", "TERM": "screen-256color"}, false},
		{map[string]string{"WT_SESSION": "1"}, true},
	} {
		if got := showsLinks(env(tt.env)); got != tt.want {
			t.Errorf("showsLinks(%v) = %t", tt.env, got)
		}
	}
}
