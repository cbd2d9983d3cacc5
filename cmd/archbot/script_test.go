package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"archbot": main})
}

// TestScripts tests the program as its users meet it. Besides testscript's own
// commands there are:
//
//	status N PROGRAM ARGS…   run it; its exit status must be N
//	write FILE "TEXT" [N]    write a Go string, N times over, for what a script cannot hold
//	pty FILE [VAR=VALUE…] PROGRAM ARGS…
//	                         run it on a pseudo-terminal, as FILE says (pty_test.go)
//	serve FILE…              start a web server (serve_test.go), and put its address
//	                         in the place of SERVER in the files
//
// In the arguments of status, @FILE is what the file holds.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// Or every process waits for a second at its end under -race.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("XDG_STATE_HOME", env.Getenv("WORK")+"/state") // or the state is this machine's
			return nil
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"write":  write,
			"pty":    pty,
			"serve":  serve,
		},
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	for i, a := range args {
		if file, ok := strings.CutPrefix(a, "@"); ok {
			args[i] = ts.ReadFile(file)
		}
	}
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func write(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf(`usage: write FILE "TEXT" [N]`)
	}
	text, err := strconv.Unquote(args[1])
	ts.Check(err)
	times := 1
	if len(args) == 3 {
		times, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(text, times)), 0o600))
}

// BenchmarkProcess is what a user waits for: from exec to exit, with an answer.
func BenchmarkProcess(b *testing.B) {
	archbot, err := exec.LookPath("archbot")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := exec.CommandContext(b.Context(), archbot, "search", "circuit breaking").Run(); err != nil {
			b.Fatal(err)
		}
	}
}
