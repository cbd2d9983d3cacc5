package app

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
	"archbot/internal/config"
)

var update = flag.Bool("update", false, "write the README's tables anew")

// TestREADME shows that the README's tables say what the declarations do.
func TestREADME(t *testing.T) {
	const file = "../../README.md"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(src)
	for name, table := range map[string]string{"commands": commandTable(), "settings": settingTable()} {
		head, rest, found := strings.Cut(want, "<!-- "+name+":")
		marker, rest, _ := strings.Cut(rest, "-->\n")
		_, tail, closed := strings.Cut(rest, "<!-- /"+name+" -->")
		if !found || !closed {
			t.Fatalf("%s has no place for the %s", file, name)
		}
		want = head + "<!-- " + name + ":" + marker + "-->\n" + table + "<!-- /" + name + " -->" + tail
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(src)); diff != "" {
		t.Errorf("-declared +%s; -update to accept:\n%s", file, diff)
	}
}

func commandTable() string {
	var b strings.Builder
	b.WriteString("\n| command | does | for example |\n|---|---|---|\n")
	var all []bot.Command
	for _, c := range bot.Commands() {
		if all = append(all, c); len(c.Subcommands) > 0 {
			all = append(all[:len(all)-1], c.Subcommands...)
		}
	}
	for _, c := range all {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", c.Synopsis(), c.Summary, strings.Join(c.Examples, "`, `"))
	}
	return b.String() + "\n"
}

func settingTable() string {
	var b strings.Builder
	b.WriteString("\n| variable | flag | default | what it is |\n|---|---|---|---|\n")
	var secrets []string
	for _, r := range config.Rows() {
		if r.Secret {
			secrets = append(secrets, "`"+r.Env+"`")
		}
		value := strings.TrimSpace(r.Flag + " " + strings.ReplaceAll(r.Value, "|", `\|`))
		fallback := ""
		if r.Default != "" {
			fallback = " `" + r.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` |%s | %s |\n", r.Env, value, fallback, r.Help)
	}
	fmt.Fprintf(&b, "\n%s are secrets.\nEach may be in a file of its own, which the variable or flag with `_FILE`, `-file` behind its\n"+
		"name names, such as `SLACK_BOT_TOKEN_FILE`: others on the machine see a program's flags.\n", strings.Join(secrets, ", "))
	return b.String() + "\n"
}
