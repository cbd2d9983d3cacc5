package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/pflag"
)

var errNotBool = errors.New("it is a switch: true or false")

// Load reads the settings from an environment (as os.Environ gives it), from the
// flags that were set, and from the files that these name; flags may be nil. The
// warnings are about variables that nobody reads, and about a file of settings that
// others can read. The error has a line for each setting that is wrong.
func Load(environ []string, flags *pflag.FlagSet) (Settings, []string, error) {
	var s Settings
	warnings, err := load(&s, environ, flags)
	return s, warnings, err
}

// found is a value and where it was found, for errors.
type found struct{ text, from string }

// layer is all that is set in one place, by the name of the variable.
type layer map[string]found

func load(into any, environ []string, flags *pflag.FlagSet) (warnings []string, err error) {
	ds := declared(reflect.TypeOf(into).Elem())
	environment := variables(environ)
	layers := []layer{environment}
	if flags != nil {
		layers = []layer{given(flags, ds), environment}
	}
	file, warnings, wrong := fromFile(layers, ds)
	warnings = append(unknown(environment, ds), warnings...)
	layers = append(layers, file)

	set := make(layer)
	for _, d := range ds {
		v, err := d.settle(layers)
		if err != nil {
			wrong = append(wrong, err)
		}
		if v.from != "" {
			set[d.env] = v
		}
	}
	values := make(map[string]string)
	for _, d := range ds {
		v := set[d.env]
		if why := d.fault(v.text, set); why != "" {
			wrong = append(wrong, d.error(v.from, v.text, why))
		} else if v.text != "" {
			values[d.env] = v.text
		}
	}
	// What the checks let through, the library can read; an error is a fault of
	// the declaration itself.
	wrong = append(wrong, env.ParseWithOptions(into, env.Options{Environment: values}))
	return warnings, errors.Join(wrong...)
}

// settle returns what a setting is in the first of the layers that has it, itself or
// the file that it is in.
func (d declaration) settle(layers []layer) (found, error) {
	for _, l := range layers {
		v, itself := l[d.env]
		file, inFile := l[d.fileEnv()]
		switch {
		case !d.secret || !inFile:
			if itself {
				return v, nil
			}
		case itself:
			return found{"", v.from}, fmt.Errorf("both %s and %s are set: leave one out", v.from, file.from)
		default:
			text, err := readSecret(file.from, file.text)
			return found{text, file.from}, err
		}
	}
	return found{}, nil
}

// variables reads an environment; what is set but empty is left out.
func variables(environ []string) layer {
	values := make(layer, len(environ))
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if value = strings.TrimSpace(value); value != "" {
			values[name] = found{value, name}
		}
	}
	return values
}

// fault says what is wrong with a value, for itself or beside the others that are set.
func (d declaration) fault(value string, set layer) string {
	if value == "" {
		return ""
	}
	if _, there := set[d.needs]; d.needs != "" && !there && value != d.fallback {
		return "it means nothing without " + d.needs + ": set that too, or leave this out"
	}
	return d.check(value)
}

// check says what is wrong with a value, and what to do; nothing when it is fine.
func (d declaration) check(value string) string {
	switch {
	case len(d.choices) > 0:
		if !slices.Contains(d.choices, value) {
			return "it must be one of " + strings.Join(d.choices, ", ")
		}
	case d.kind == reflect.Bool:
		if _, err := strconv.ParseBool(value); err != nil {
			return errNotBool.Error()
		}
	case d.minLength > 0:
		for part := range strings.SplitSeq(value, ",") {
			if n := len(strings.TrimSpace(part)); n < d.minLength {
				return fmt.Sprintf("each must have %d characters or more", d.minLength)
			}
		}
	case d.most > 0:
		if n, err := strconv.Atoi(value); err != nil || n < d.least || n > d.most {
			return fmt.Sprintf("it must be a whole number from %d to %d", d.least, d.most)
		}
	case d.min > 0:
		v, err := time.ParseDuration(value)
		if err != nil {
			return "it must be a time such as 90s, 15m or 1h"
		}
		if v != 0 && v < d.min {
			return "it must be at least " + d.min.String() + ", or 0"
		}
		if d.max > 0 && v > d.max {
			return "it must be " + d.max.String() + " at most"
		}
	}
	return ""
}

func (d declaration) error(from, value, why string) error {
	if d.secret {
		return fmt.Errorf("%s: %s", from, why)
	}
	return fmt.Errorf("%s is %q: %s", from, value, why)
}

// unknown warns of variables that look like settings and are none.
func unknown(values layer, ds []declaration) []string {
	known := namesOf(ds)
	var warnings []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		base, file := strings.CutSuffix(name, fileSuffix)
		if !slices.Contains(known, name) && (strings.HasPrefix(name, Prefix) || file && slices.Contains(known, base)) {
			warnings = append(warnings, ignored(name, name, known))
		}
	}
	return warnings
}

// namesOf are the names of all variables that are read, those that name a file with a
// secret behind the others, which they resemble.
func namesOf(ds []declaration) []string {
	var names, files []string
	for _, d := range ds {
		names = append(names, d.env)
		if d.secret {
			files = append(files, d.fileEnv())
		}
	}
	return append(names, files...)
}

// ignored says that nobody reads a variable, and which one it may be meant for.
func ignored(from, name string, known []string) string {
	nearest := slices.MinFunc(known, func(a, b string) int { return distance(name, a) - distance(name, b) })
	return fmt.Sprintf("%s is no setting and is ignored; the nearest is %s", from, nearest)
}

// distance is how many letters to change, add or leave out to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
