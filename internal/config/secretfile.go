package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// fileSuffix is what follows the name of a secret in the variable that names a file
// with it, as container images have it by custom.
const fileSuffix = "_FILE"

// fileEnv is the variable that names a file with a secret.
func (d declaration) fileEnv() string { return d.env + fileSuffix }

// fileFlag is the flag that does.
func (d declaration) fileFlag() string { return flagName(d.fileEnv()) }

// readSecret reads a secret from a file: one line, whose end and surrounding spaces
// are left out, as in a variable. The error names the variable and the file, and shows
// nothing of what is in it.
func readSecret(from, path string) (string, error) {
	text, why, _ := readBounded(path)
	text = strings.TrimSpace(text)
	switch {
	case why != "":
	case text == "":
		why = "it is empty: a secret belongs there, in a line of its own"
	case strings.ContainsFunc(text, isControl):
		why = "it has several lines, or bytes that no text has: a secret belongs there alone, in one line"
	default:
		return text, nil
	}
	return "", fmt.Errorf("%s is %q: %s", from, path, why)
}

// causeOf is what the system says, without the path.
func causeOf(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return err.Error()
}
