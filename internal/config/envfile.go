package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxFile is how many bytes a file of settings, or of a secret, may have: far more
// than there is to say, and no more than a mistake should cost.
const maxFile = 64 << 10

// entry is one line of a file of settings.
type entry struct {
	name, value string
	line        int // from 1
}

// parseFile reads a file of settings: a line NAME=VALUE for each, blank lines, and
// comments, which begin with # or ;. A value may stand in single quotes, as it is, or
// in double quotes, with a backslash before ", \ and $. systemd takes it as an
// EnvironmentFile, and compose as an env_file: what the two do not read alike is
// refused, so that one file does for all
// (https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=,
// https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax).
// There is an error for each line that is wrong, which begins with its number and shows
// no value.
func parseFile(text string) ([]entry, []error) {
	var all []entry
	var wrong []error
	text = strings.TrimPrefix(text, "\ufeff") // which some editors put there
	at := make(map[string]int)
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		name, value, why := parseLine(line)
		if first, twice := at[name]; why == "" && twice {
			why = fmt.Sprintf("%s is set in line %d already", name, first)
		}
		if why != "" {
			wrong = append(wrong, fmt.Errorf("%d: %s", i+1, why))
			continue
		}
		at[name] = i + 1
		all = append(all, entry{name, value, i + 1})
	}
	return all, wrong
}

// parseLine reads one line, or says why it cannot.
func parseLine(line string) (name, value, why string) {
	if !utf8.ValidString(line) || strings.ContainsFunc(line, isControl) {
		return "", "", "there is a byte in it that no text has"
	}
	name, value, found := strings.Cut(line, "=")
	if !found {
		return "", "", "it is no NAME=VALUE, and no comment either, which begins with #"
	}
	if why = nameFault(name); why != "" {
		return "", "", why
	}
	value, why = unquote(strings.TrimSpace(value))
	return name, value, why
}

// isControl reports whether a character has no business in a value; a tab has.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// nameFault says what is wrong with what stands before the "=". That is shown where it
// looks like a name only: it may be a secret, as Base64 ends with a "=", too.
func nameFault(name string) string {
	switch {
	case strings.HasPrefix(name, "export "):
		return "leave out “export”: systemd and compose know a NAME=VALUE alone"
	case strings.TrimSpace(name) != name:
		return "there is a space before the “=”: write NAME=VALUE"
	case name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "":
		return "what stands before the “=” is no name: those of settings have capital letters, digits and “_”"
	}
	return ""
}

// unquote takes the quotes off a value, or says why it cannot.
func unquote(s string) (value, why string) {
	switch {
	case strings.HasPrefix(s, "'"):
		inner, rest, closed := strings.Cut(s[1:], "'")
		if strings.HasSuffix(inner, `\`) {
			return "", "a “\\” before the closing quote is taken for part of it by some: put the value in double quotes, with “\\\\” for “\\”"
		}
		return inner, closing(closed, rest)
	case strings.HasPrefix(s, `"`):
		return unescape(s[1:])
	case strings.ContainsAny(s, "'\"\\$"):
		return "", "put the value in single quotes: it has a quote, a “\\” or a “$” in it"
	case strings.HasPrefix(s, "#"), strings.Contains(s, " #"), strings.Contains(s, "\t#"):
		return "", "put the comment in a line of its own, or the value in single quotes if the “#” belongs to it"
	}
	return s, ""
}

// unescape reads what follows a double quote, to the next one.
func unescape(s string) (value, why string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return b.String(), closing(true, s[i+1:])
		case '$':
			return "", "in double quotes a “$” has a “\\” before it; or put the value in single quotes"
		case '\\':
			if i++; i == len(s) || !strings.ContainsRune("\"\\$", rune(s[i])) {
				return "", "in double quotes a “\\” stands before a “\"”, a “\\” or a “$” alone; or put the value in single quotes"
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", closing(false, "")
}

func closing(closed bool, rest string) string {
	switch {
	case !closed:
		return "the quote is not closed in its line"
	case strings.TrimSpace(rest) != "":
		return "something follows the closing quote"
	}
	return ""
}

// readBounded reads a file that has no more than maxFile bytes. What is wrong is said
// without the path, which whoever asks names in their own words.
func readBounded(path string) (text, why string, mode fs.FileMode) {
	f, err := os.Open(path)
	if err != nil {
		return "", "it cannot be read: " + causeOf(err), 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		return "", "it is a directory, and no file", 0
	}
	if err == nil {
		mode = info.Mode()
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return "", "it cannot be read: " + causeOf(err), 0
	case len(content) > maxFile:
		return "", fmt.Sprintf("it has more than %d bytes: it is some other file", maxFile), 0
	}
	return string(content), "", mode
}

// readable reports whether others than the owner and their group can read a file.
func readable(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.IsRegular() && mode.Perm()&0o004 != 0
}

// configEnv is the variable that names the file of settings.
const configEnv = Prefix + "CONFIG"

// fromFile reads the file of settings that one of the layers names, if any does.
func fromFile(layers []layer, ds []declaration) (l layer, warnings []string, wrong []error) {
	i := slices.IndexFunc(ds, func(d declaration) bool { return d.env == configEnv })
	if i < 0 {
		return nil, nil, nil
	}
	at, _ := ds[i].settle(layers) // which fails for a secret alone
	if at.text == "" {
		return nil, nil, nil
	}
	text, why, mode := readBounded(at.text)
	if why != "" {
		return nil, nil, []error{fmt.Errorf("%s is %q: %s", at.from, at.text, why)}
	}
	entries, wrong := parseFile(text)
	for i, err := range wrong {
		wrong[i] = fmt.Errorf("%s:%w", at.text, err)
	}
	l = make(layer)
	known := namesOf(ds)
	for _, e := range entries {
		from := fmt.Sprintf("%s:%d: %s", at.text, e.line, e.name)
		switch {
		case e.name == configEnv:
			wrong = append(wrong, fmt.Errorf("%s: a file of settings names no other", from))
		case !slices.Contains(known, e.name):
			warnings = append(warnings, ignored(from, e.name, known))
		case strings.TrimSpace(e.value) != "":
			l[e.name] = found{strings.TrimSpace(e.value), from}
		}
	}
	if readable(mode) && slices.ContainsFunc(ds, func(d declaration) bool { return d.secret && l[d.env].text != "" }) {
		warnings = append(warnings, fmt.Sprintf("others can read %s, and there are secrets in it: chmod o= %s", at.text, shellWord(at.text)))
	}
	return l, warnings, wrong
}

// shellWord is a path as a shell takes it.
func shellWord(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if strings.Trim(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
