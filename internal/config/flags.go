package config

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// AddFlags declares a flag for every setting on fs. Their values are checked by
// Load, together with the environment's.
func AddFlags(fs *pflag.FlagSet) {
	for _, d := range declared(reflect.TypeFor[Settings]()) {
		v := &flagValue{text: d.fallback, value: d.value, kind: d.kind, fallback: true}
		f := fs.VarPF(v, d.flag, "", d.usage())
		if d.kind == reflect.Bool {
			f.NoOptDefVal = "true"
		}
		if d.secret {
			f := fs.VarPF(&flagValue{value: "FILE", kind: reflect.String, fallback: true}, d.fileFlag(), "", "a file with it ($"+d.fileEnv()+")")
			f.Hidden = true // the usage of the secret tells of it
		}
	}
}

// usage is the help text, with the variable that does the same. Whoever is on the same
// machine can see the flags of a program.
func (d declaration) usage() string {
	if d.secret {
		return d.help + " ($" + d.env + "; better $" + d.fileEnv() + ": others see flags)"
	}
	return d.help + " ($" + d.env + ")"
}

// flagValue keeps a flag's text as it was given.
type flagValue struct {
	text     string
	value    string // what stands for it in the help
	kind     reflect.Kind
	fallback bool // nothing was given yet
}

func (v *flagValue) String() string { return v.text }

// Set takes a value; one flag of a setting with several may be repeated.
func (v *flagValue) Set(text string) error {
	if v.kind == reflect.Bool {
		if _, err := strconv.ParseBool(text); err != nil {
			return errNotBool
		}
	}
	if v.kind == reflect.Slice && !v.fallback {
		text = v.text + "," + text
	}
	v.text, v.fallback = text, false
	return nil
}

// Type is what pflag shows for the value; for "bool" it shows none.
func (v *flagValue) Type() string {
	if v.kind == reflect.Bool {
		return "bool"
	}
	return v.value
}

// given returns the flags that were set, by the name of their variable.
func given(fs *pflag.FlagSet, ds []declaration) layer {
	out := make(layer)
	take := func(env, flag string) {
		if f := fs.Lookup(flag); f != nil && f.Changed && strings.TrimSpace(f.Value.String()) != "" {
			out[env] = found{f.Value.String(), "--" + flag}
		}
	}
	for _, d := range ds {
		take(d.env, d.flag)
		if d.secret {
			take(d.fileEnv(), d.fileFlag())
		}
	}
	return out
}
