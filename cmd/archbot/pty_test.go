//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// patience is how long a script waits for something to appear.
const patience = 20 * time.Second

// pty runs a program on a pseudo-terminal of its own, 80 by 24, and does what a
// file says, line by line:
//
//	expect "TEXT"   wait until TEXT appears after what was expected before
//	send "TEXT"     type TEXT
//	resize W H      change the size of the window
//	signal N        send the program a signal
//	copy FROM TO    copy a file
//	exit N          wait for the end; the exit status must be N
//	beside PROGRAM ARGS…
//	                go on with another program on another terminal, while this one runs
//
// TEXT is a Go string. Typing only what is expected to be read keeps a script
// from racing with the program's switch to raw mode, which testscript's ttyin
// does not.
func pty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: pty FILE [VAR=VALUE…] PROGRAM ARGS…")
	}
	steps := ts.ReadFile(args[0])
	s, err := onTerminal(ts, args[1:])
	ts.Check(err)
	defer func() { s.close() }()
	for line := range strings.Lines(steps) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if verb == "beside" {
			defer s.close()
			s, err = onTerminal(ts, strings.Fields(rest))
			ts.Check(err)
			continue
		}
		if err := s.step(verb, rest); err != nil {
			ts.Fatalf("%s: %v\nthe terminal shows:\n%q", line, err, s.shown())
		}
	}
}

// session is a program on a terminal.
type session struct {
	cmd    *exec.Cmd
	master *os.File
	exited chan struct{}

	mu    sync.Mutex
	out   bytes.Buffer
	seen  int           // how much of out was expected already
	grown chan struct{} // closed when out has grown, then replaced
}

func onTerminal(ts *testscript.TestScript, args []string) (*session, error) {
	env := []string{"TERM=xterm", "HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH"), "GORACE=" + ts.Getenv("GORACE"), "XDG_STATE_HOME=" + ts.Getenv("XDG_STATE_HOME")}
	for len(args) > 1 && strings.Contains(args[0], "=") {
		env, args = append(env, args[0]), args[1:]
	}
	master, slave, err := openTerminal()
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Dir = env, ts.MkAbs(".")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := &session{cmd: cmd, master: master, exited: make(chan struct{}), grown: make(chan struct{})}
	if err := s.resize(80, 24); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go s.read()
	go func() {
		defer close(s.exited)
		_ = cmd.Wait() // exit looks at the state
	}()
	return s, nil
}

func openTerminal() (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetUint32(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	return master, slave, err
}

func (s *session) step(verb, rest string) error {
	switch verb {
	case "expect", "send":
		text, err := strconv.Unquote(rest)
		if err != nil {
			return err
		}
		if verb == "expect" {
			return s.expect(text)
		}
		_, err = s.master.WriteString(text)
		return err
	case "resize":
		var width, height uint16
		if _, err := fmt.Sscan(rest, &width, &height); err != nil {
			return err
		}
		return s.resize(width, height)
	case "copy":
		from, to, _ := strings.Cut(rest, " ")
		text, err := os.ReadFile(filepath.Join(s.cmd.Dir, from))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(s.cmd.Dir, to), text, 0o600)
	case "signal", "exit":
		n, err := strconv.Atoi(rest)
		if err != nil {
			return err
		}
		if verb == "signal" {
			return s.cmd.Process.Signal(syscall.Signal(n))
		}
		return s.exit(n)
	}
	return errors.New("there is no such step")
}

// expect waits for text; what comes before it is done with.
func (s *session) expect(text string) error {
	late := time.After(patience)
	for {
		s.mu.Lock()
		i := strings.Index(s.out.String()[s.seen:], text)
		if i >= 0 {
			s.seen += i + len(text)
		}
		grown := s.grown
		s.mu.Unlock()
		if i >= 0 {
			return nil
		}
		select {
		case <-grown:
		case <-late:
			return errors.New("it does not appear")
		}
	}
}

func (s *session) exit(want int) error {
	select {
	case <-s.exited:
	case <-time.After(patience):
		return errors.New("it does not end")
	}
	if got := s.cmd.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("exit status %d", got)
	}
	return nil
}

func (s *session) read() {
	p := make([]byte, 4096)
	for {
		n, err := s.master.Read(p)
		s.mu.Lock()
		s.out.Write(p[:n])
		close(s.grown)
		s.grown = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return // EIO: nobody has the terminal open any more
		}
	}
}

func (s *session) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

func (s *session) resize(width, height uint16) error {
	return unix.IoctlSetWinsize(int(s.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: width, Row: height})
}

// close ends the program if it has not ended yet.
func (s *session) close() {
	_ = s.cmd.Process.Kill() // it fails when the program has ended
	<-s.exited
	s.master.Close()
}
