package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseFile(t *testing.T) {
	const file = "\ufeff# how it runs\n" +
		"A=1\r\n" +
		"  B = no\n" +
		"; or so\n\n" +
		"C= a b, c=d \n" +
		"D='it costs 5 $ # really \\ \"'\n" +
		`E="a \"b\" \\ \$ 'c' # d"` + "\n" +
		"F=\n" +
		"G=''\n" +
		"H=a#b\n"
	entries, wrong := parseFile(file)
	want := []entry{
		{"A", "1", 2}, {"C", "a b, c=d", 6}, {"D", `it costs 5 $ # really \ "`, 7}, {"E", `a "b" \ $ 'c' # d`, 8}, {"F", "", 9}, {"G", "", 10}, {"H", "a#b", 11},
	}
	if diff := cmp.Diff(want, entries, cmp.AllowUnexported(entry{})); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if len(wrong) != 1 || wrong[0].Error() != "3: there is a space before the “=”: write NAME=VALUE" {
		t.Errorf("errors %v", wrong)
	}
}

func TestParseFileErrors(t *testing.T) {
	for line, want := range map[string]string{
		"hunter2":             "it is no NAME=VALUE",
		"hunter2=":            "is no name", // Base64 ends like that
		"=hunter2":            "is no name",
		"A-B=hunter2":         "is no name",
		"export A=hunter2":    "leave out “export”",
		"A='hunter2":          "the quote is not closed",
		`A="hunter2`:          "the quote is not closed",
		`A="hunter2\`:         "in double quotes",
		`A="hunter2\n"`:       "in double quotes",
		`A="$hunter2"`:        "in double quotes",
		`A='hunter2\'`:        "before the closing quote",
		"A='hunter2'x":        "something follows",
		`A="hunter2" # x`:     "something follows",
		"A=hunter2 # x":       "a line of its own",
		"A=#hunter2":          "a line of its own",
		"A=it's hunter2":      "in single quotes",
		"A=$hunter2":          "in single quotes",
		`A=C:\hunter2`:        "in single quotes",
		"A=hunter2\x00":       "no text has",
		"A=hunter2\xff":       "no text has",
		"A=1\nB=2\nA=hunter2": "3: A is set in line 1 already",
	} {
		_, wrong := parseFile(line)
		if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), want) || strings.Contains(wrong[0].Error(), "hunter2") {
			t.Errorf("%q: errors %q, want %q and no value", line, wrong, want)
		}
	}
}

// Whatever is in a file, nothing but a name is shown of it, and what is understood can be
// written and read again.
func FuzzParseFile(f *testing.F) {
	for _, text := range []string{"A=1\nB='x'\r\nC=\"\\\"\"", "# a\n;b\n\n", "export A=1", "A='\nB=\"\\", "=\n==\nA==", "\ufeffA=\t#", "A=1\nA=2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entries, _ := parseFile(text)
		var again strings.Builder
		for _, e := range entries {
			if e.name == "" || strings.ContainsFunc(e.value, isControl) || !utf8.ValidString(e.value) {
				t.Fatalf("understood %+v", e)
			}
			fmt.Fprintf(&again, "%s=\"%s\"\n", e.name, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`).Replace(e.value))
		}
		once, wrong := parseFile(again.String())
		if len(wrong) > 0 || len(once) != len(entries) {
			t.Fatalf("%q is %q, and read again %v, %v", text, again.String(), once, wrong)
		}
		for i, e := range once {
			if e.name != entries[i].name || e.value != entries[i].value {
				t.Errorf("%+v becomes %+v", entries[i], e)
			}
		}
		_, wrong = parseFile(text + "hunter2")
		for _, err := range wrong {
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("an error shows what is in the file: %v", err)
			}
		}
	})
}

// file writes a file for a test, and returns its path.
func file(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a file.env")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return path
}

// A flag wins over the environment, the environment over the file, the file over the
// default; a flag names another file than the environment does.
func TestPrecedence(t *testing.T) {
	other := file(t, "ARCHBOT_LOG=info\n", 0o600)
	path := file(t, "ARCHBOT_LOG=debug\nARCHBOT_COLOR=always\nARCHBOT_ADDR=:1\nARCHBOT_REDIS_PREFIX=\nARCHBOT_LIST=a.md,b.md\nDISCORD_TOKEN=of-the-file\n", 0o600)
	environ := []string{"ARCHBOT_CONFIG=" + path, "ARCHBOT_COLOR=never", "ARCHBOT_ADDR=:2"}
	got, warnings, err := Load(environ, parsed(t, []string{"--addr=:3"}))
	want := defaults
	want.Config, want.Color, want.Addr, want.Lists, want.DiscordToken = path, "never", ":3", []string{"a.md", "b.md"}, "of-the-file"
	want.Log = -4
	if diff := cmp.Diff(want, got); diff != "" || err != nil || len(warnings) > 0 {
		t.Errorf("warnings %q, error %v, settings (-want +got):\n%s", warnings, err, diff)
	}
	if got.DiscordToken.Reveal() != "of-the-file" {
		t.Error("the secret is another")
	}
	got, _, err = Load(environ, parsed(t, []string{"--config=" + other}))
	if err != nil || got.Log != 0 || got.DiscordToken != "" {
		t.Errorf("by flag: %+v, %v", got, err)
	}
}

func TestFileOfSettingsErrors(t *testing.T) {
	dir := t.TempDir()
	path := file(t, "# comment\nARCHBOT_LOG=loud\nhunter2\nARCHBOT_KEY=hunter2\nARCHBOT_CONFIG=x.env\n", 0o600)
	for _, c := range []struct{ path, want string }{
		{filepath.Join(dir, "none"), `ARCHBOT_CONFIG is "` + filepath.Join(dir, "none") + `": it cannot be read: no such file or directory`},
		{dir, "it is a directory"},
		{file(t, strings.Repeat("#", maxFile+1), 0o600), "more than 65536 bytes"},
		{path, path + ":2: ARCHBOT_LOG is \"loud\": it must be one of"},
		{path, path + ":3: it is no NAME=VALUE"},
		{path, path + ":4: ARCHBOT_KEY: each must have 16 characters"},
		{path, path + ":5: ARCHBOT_CONFIG: a file of settings names no other"},
	} {
		_, _, err := Load([]string{"ARCHBOT_CONFIG=" + c.path}, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v, want %q and no secret", c.path, err, c.want)
		}
	}
}

// A file of settings warns of what nobody reads, and of secrets that others can read,
// each in a sentence that says what to do.
func TestFileOfSettingsWarnings(t *testing.T) {
	open := file(t, "ARCHBOT_LSIT=a.md\nSLACK_BOT_TOKEN=xoxb-hunter2\nSLACK_CLIENT_ID_FILE=x\n", 0o644)
	harmless := file(t, "ARCHBOT_LOG=info\n", 0o644)
	tokens := file(t, "SLACK_BOT_TOKEN_FILE="+file(t, "xoxb-hunter2", 0o644)+"\n", 0o644)
	for path, want := range map[string][]string{
		open: {
			open + ":1: ARCHBOT_LSIT is no setting and is ignored; the nearest is ARCHBOT_LIST",
			open + ":3: SLACK_CLIENT_ID_FILE is no setting and is ignored; the nearest is SLACK_CLIENT_ID",
			"others can read " + open + ", and there are secrets in it: chmod o= '" + open + "'",
		},
		harmless: nil,
		tokens:   nil, // secrets that are mounted are often like that, and the file is not ours
	} {
		_, warnings, err := Load([]string{"ARCHBOT_CONFIG=" + path}, nil)
		if diff := cmp.Diff(want, warnings); diff != "" || err != nil {
			t.Errorf("error %v, warnings (-want +got):\n%s", err, diff)
		}
	}
}

func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{"/etc/archbot.env": "/etc/archbot.env", "-x": "./-x", "it's $x": `'it'\''s $x'`} {
		if got := shellWord(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
