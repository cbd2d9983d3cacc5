package slack

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// webPage is what a browser shows of an installation. Its texts are plain; whatever is
// written into a page is escaped.
type webPage struct {
	status int
	title  string
	lines  []string
	action string // what the link below says
	href   string // where it leads; empty for another try
	done   bool   // the browser's word is not needed any more
}

// The pages that nothing is written into.
var (
	pageBadState = webPage{
		status: http.StatusBadRequest, title: "This is no way back from Slack",
		lines: []string{"The link is not one that this bot has made, or something of it is missing. Nothing was installed."}, action: "Begin anew",
	}
	pageOtherBrowser = webPage{
		status: http.StatusBadRequest, title: "This was begun elsewhere",
		lines: []string{
			"The installation was begun in another browser, or this one keeps no cookies. Nothing was installed.",
			"Begin and end it in the same browser. The cookie that tells it is deleted afterwards.",
		}, action: "Begin anew",
	}
	pageLate = webPage{
		status: http.StatusBadRequest, title: "That took too long",
		lines: []string{"An installation has ten minutes. Nothing was installed."}, action: "Begin anew",
	}
	pageUsed = webPage{
		status: http.StatusBadRequest, title: "This was used already",
		lines: []string{"The link back from Slack is good once. If the bot is not in your workspace, begin anew."}, action: "Begin anew",
	}
	pageAway = webPage{
		status: http.StatusServiceUnavailable, title: "Not just now",
		lines: []string{"The bot cannot keep anything at the moment, so nothing was installed. Please try again in a few minutes."}, action: "Try again",
	}
	pageDenied = webPage{
		status: http.StatusOK, title: "Not installed",
		lines: []string{"You have not allowed it, so nothing was installed and nothing is kept."}, action: "Change your mind", done: true,
	}
	pageOrganization = webPage{
		status: http.StatusBadRequest, title: "One workspace at a time",
		lines: []string{"The bot cannot be installed for a whole organization. Choose one workspace, at the top right of Slack’s page."}, action: "Choose a workspace",
	}
	pageOperator = webPage{
		status: http.StatusBadGateway, title: "The bot is not set up right",
		lines: []string{"Slack does not accept what the bot says of itself. Whoever runs it finds the reason in its log; there is nothing that you can do."}, action: "Try again",
	}
	pageFull = webPage{
		status: http.StatusServiceUnavailable, title: "There is no room",
		lines: []string{"The bot serves as many workspaces as it can. Nothing is kept of yours; you may take the app out of it again."}, action: "Try again", done: true,
	}
)

// pageRefusal is for what Slack sends a browser back with in place of a code.
func pageRefusal(reason string) webPage {
	if reason == "access_denied" {
		return pageDenied
	}
	return webPage{
		status: http.StatusBadRequest, title: "Slack did not install it",
		lines: []string{"Slack gives this reason: " + clip(clean(reason), labelRoom), "Nothing was installed."}, action: "Try again",
	}
}

// pageFailed is for an exchange that came to no tokens.
func pageFailed(err error) webPage {
	if errors.Is(err, errOrganization) {
		return pageOrganization
	}
	answer, refused := errors.AsType[slack.SlackErrorResponse](err)
	if !refused {
		if errors.Is(err, errNoBot) {
			return pageOperator
		}
		return webPage{
			status: http.StatusBadGateway, title: "Slack does not answer",
			lines: []string{"Slack could not be asked for the permission that you gave. Please begin anew in a few minutes."}, action: "Begin anew",
		}
	}
	switch answer.Err {
	case "invalid_code", "code_already_used", "code_expired":
		return pageUsed
	case "invalid_client_id", "bad_client_secret", "bad_redirect_uri", "invalid_code_verifier", "pkce_not_allowed", "invalid_scope":
		return pageOperator
	}
	return pageRefusal(answer.Err)
}

// pageUnkept is for tokens that cannot be kept.
func pageUnkept(err error) webPage {
	if errors.Is(err, bot.ErrFull) {
		return pageFull
	}
	return pageAway
}

// pageInstalled is for an installation that is kept.
func pageInstalled(k kept, slackURL string) webPage {
	p := webPage{
		status: http.StatusOK, title: "Welcome", done: true,
		lines: []string{
			"archbot is in " + clip(clean(k.Name), labelRoom) + " now, and has written you a message.",
			"Type " + DefaultCommand + " in any channel, or write to archbot directly.",
		},
		action: "Open Slack", href: slackURL + "app_redirect?" + url.Values{"app": {k.App}, "team": {string(k.Team)}}.Encode(),
	}
	if missing := k.missing(); len(missing) > 0 {
		p.lines = append(p.lines, "Some of it will not work: Slack has not given it "+strings.Join(missing, ", ")+".")
	}
	return p
}

const pageStyle = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;margin:12vh auto;padding:0 1em;color:#1d3557;background:#fff}" +
	"h1{font-size:1.5em}a{color:#1d3557}" +
	"@media(prefers-color-scheme:dark){body,a{color:#f1faee;background:#14213d}}"

// policy lets a page show its own style and nothing else: no script, no frame, no form.
var policy = "default-src 'none'; style-src 'sha256-" + styleHash() + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func styleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// secure sets the headers of all that a browser is sent.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer") // the address holds a code
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// write sends the page; again is where another try begins.
func (p webPage) write(w http.ResponseWriter, again string) {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`)
	b.WriteString("<title>" + html.EscapeString(p.title) + " · archbot</title><style>" + pageStyle + "</style></head><body>")
	b.WriteString("<h1>" + html.EscapeString(p.title) + "</h1>")
	for _, line := range p.lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	href := p.href
	if href == "" {
		href = again
	}
	b.WriteString(`<p><a rel="noreferrer" href="` + html.EscapeString(href) + `">` + html.EscapeString(p.action) + "</a></p></body></html>\n")
	secure(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	_, _ = io.WriteString(w, b.String()) // nobody is left to tell
}
