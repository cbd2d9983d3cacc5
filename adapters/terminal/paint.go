package terminal

import (
	"net/url"
	"strings"
)

// style is a select graphic rendition parameter.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	yellow style = "33"
	cyan   style = "36"
)

// paint puts a style around text that is clean and measured.
func (v View) paint(s style, text string) string {
	if !v.Color || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// link makes text clickable where the terminal can. Only web addresses are
// linked: a terminal may hand others to whatever is registered for them.
func (v View) link(address, text string) string {
	u, err := url.Parse(address)
	if !v.Links || err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return text
	}
	return "\x1b]8;;" + printable(u.String()) + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

// printable drops what OSC 8 does not allow in an address; url.String has
// escaped the most of it.
func printable(address string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x21 || r > 0x7e {
			return -1
		}
		return r
	}, address)
}
