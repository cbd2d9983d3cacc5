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

// Load reads the settings from an environment (as os.Environ gives it) and
// from the flags that were set; flags may be nil. The warnings are about
// variables that nobody reads. The error has a line for each setting that is
// wrong.
func Load(environ []string, flags *pflag.FlagSet) (Settings, []string, error) {
	var s Settings
	warnings, err := load(&s, environ, flags)
	return s, warnings, err
}

func load(into any, environ []string, flags *pflag.FlagSet) (warnings []string, err error) {
	ds := declared(reflect.TypeOf(into).Elem())
	values := variables(environ)
	warnings = unknown(values, ds)
	from := make(map[string]string) // where each value came from, for errors
	for _, d := range ds {
		from[d.env] = d.env
	}
	if flags != nil {
		set := given(flags, ds)
		maps.Copy(values, set)
		for _, d := range ds {
			if _, ok := set[d.env]; ok {
				from[d.env] = "--" + d.flag
			}
		}
	}
	var wrong []error
	for _, d := range ds {
		value := values[d.env]
		if why := d.check(value); value != "" && why != "" {
			wrong = append(wrong, d.error(from[d.env], value, why))
			delete(values, d.env)
		}
	}
	// What the checks let through, the library can read; an error is a fault of
	// the declaration itself.
	wrong = append(wrong, env.ParseWithOptions(into, env.Options{Environment: values}))
	return warnings, errors.Join(wrong...)
}

// variables reads an environment; what is set but empty is left out.
func variables(environ []string) map[string]string {
	values := make(map[string]string, len(environ))
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if value = strings.TrimSpace(value); value != "" {
			values[name] = value
		}
	}
	return values
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
			return "it must be at least " + d.min.String() + ", or 0 for never"
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
func unknown(values map[string]string, ds []declaration) []string {
	names := make([]string, 0, len(ds))
	for _, d := range ds {
		names = append(names, d.env)
	}
	var warnings []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !strings.HasPrefix(name, Prefix) || slices.Contains(names, name) {
			continue
		}
		nearest := slices.MinFunc(names, func(a, b string) int { return distance(name, a) - distance(name, b) })
		warnings = append(warnings, fmt.Sprintf("%s is no setting and is ignored; the nearest is %s", name, nearest))
	}
	return warnings
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
