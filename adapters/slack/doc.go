// Package slack is the bot in Slack: slash commands, mentions and direct messages,
// buttons, menus, forms and the App Home.
//
// The core decides and this package renders. What comes from Slack is decoded into a
// bot.Request (unescape.go undoes Slack's markup); the bot.Reply that the core gives
// for it is turned into Block Kit values by functions that call nobody (render.go for
// messages, home.go for the App Home, form.go for modals, options.go for what a menu
// offers while somebody types). So what people see is held by golden files, and
// sending it is a matter of its own.
//
// Two promises are kept by construction in every value that is rendered:
//
//   - Whatever a list or a person wrote is text and stays text: escape.go makes it
//     unfit to be a mention, a link, a date or formatting. The only mentions are the
//     one who shared an answer and the one whom an answer is addressed to.
//   - The limits of Block Kit hold (limits.go), however large a list's words are. An
//     answer that would be too large says less of each resource, then shows fewer.
//
// What the next person asks as well is remembered as it was sent (written.go).
//
// # What a crash costs
//
// A message is acknowledged once it is answered, and after Config.Patience at the latest
// (exchange.go): what a process had not acknowledged when it died, Slack delivers to
// another one. That one answers it, unless it finds an answer where it was asked (held.go).
// What was acknowledged and not answered yet is lost. Of commands, buttons and forms Slack
// tells the person that there was no answer; where it delivers them again instead, over a
// socket whose process died before it had acknowledged them, a command and a button are
// answered then.
package slack
