package app

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"archbot/adapters/slack"
)

// ManifestOptions are the flags of Manifest.
type ManifestOptions struct {
	Address string // where Slack posts to; empty for Socket Mode
	View    string // agent or assistant
	Reasons bool   // what the app asks for instead
}

// Manifest prints what Slack makes the app from.
func (p *Program) Manifest(o ManifestOptions) error {
	if o.Reasons {
		_, err := io.WriteString(p.Out, reasons())
		return err
	}
	if u, err := url.Parse(o.Address); o.Address != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery+u.Fragment != "" || u.User != nil) {
		return fmt.Errorf("--address is %q: Slack posts to https addresses, such as https://bot.example.com", o.Address)
	}
	manifest, err := slack.Manifest(slack.ManifestOptions{Address: o.Address, View: slack.View(o.View)})
	if err != nil {
		return err
	}
	_, err = p.Out.Write(manifest)
	return err
}

// reasons says what the app asks Slack for, and what for.
func reasons() string {
	var b strings.Builder
	b.WriteString("Scopes of the bot's token:\n")
	for _, s := range slack.Scopes() {
		fmt.Fprintf(&b, "  %-18s  %s\n", s.Name, s.Why)
	}
	b.WriteString("Scope of the app-level token, for Socket Mode alone:\n")
	fmt.Fprintf(&b, "  %-18s  %s\n", "connections:write", "the connections by which Slack delivers")
	b.WriteString("Events:\n")
	for _, e := range slack.Events() {
		fmt.Fprintf(&b, "  %-22s  %s\n", e.Name, e.Why)
	}
	return b.String()
}
