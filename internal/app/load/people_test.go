package load

import "fmt"

// Workspaces are numbered from 0, and all in them has an id that tells where it is.
const (
	channelsEach = 20
	usersEach    = 200
)

func team(n int) string    { return fmt.Sprintf("T%07d", n) }
func botUser(n int) string { return fmt.Sprintf("UB%07d", n) }

// user is somebody of a workspace; the first one has installed the app.
func user(n, of int) string    { return fmt.Sprintf("U%07d%03d", n, of) }
func channel(n, of int) string { return fmt.Sprintf("C%07d%02d", n, of) }

// direct is the channel of the direct messages of the one who has installed the app.
func direct(n int) string { return fmt.Sprintf("D%07d", n) }

// token is the bot's token in a workspace; code is what it is given out for.
func token(n int) string { return "xoxb-" + team(n)[1:] + "-load" }
func code(n int) string  { return "code-" + team(n) }

// numberOf is the number of the workspace that an id of Slack's is from.
func numberOf(id string) (n int, ok bool) {
	if len(id) < 8 {
		return 0, false
	}
	_, err := fmt.Sscanf(id[1:8], "%d", &n)
	return n, err == nil
}

// Discord's ids are numbers.
const discordApp = "900000000000000001"

func guild(n int) string               { return fmt.Sprintf("1%017d", n) }
func guildChannel(n, of int) string    { return fmt.Sprintf("2%012d%05d", n, of) }
func discordUser(n, of int) string     { return fmt.Sprintf("3%012d%05d", n, of) }
func interactionID(serial int) string  { return fmt.Sprintf("4%017d", serial) }
func discordMessage(serial int) string { return fmt.Sprintf("5%017d", serial) }
