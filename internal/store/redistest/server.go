// Package redistest starts real Redis servers for tests: one, a cluster, one
// watched by Sentinels; and a proxy that can stop forwarding. It is imported by
// tests only.
package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// late is when something that should happen counts as not happening. Nothing
// waits for it that goes well.
const late = 20 * time.Second

// Server is a redis-server that this process has started.
type Server struct {
	Addr string // host:port

	args []string
	cmd  *exec.Cmd
}

// Start starts a server on a free port, without persistence, and stops it when
// the test ends. Further arguments are settings, such as "--appendonly", "yes".
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := prepare(t, program(t, "redis-server"), "", args...)
	s.Run(t)
	return s
}

// program finds a program of Redis, or skips the test.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("ARCHBOT_REQUIRE_REDIS") != "" {
			t.Fatalf("ARCHBOT_REQUIRE_REDIS is set, and there is no %s", name)
		}
		t.Skipf("there is no %s here: install it and set ARCHBOT_REQUIRE_REDIS=1", name)
	}
	return path
}

// prepare makes a server without running it. With a config, that is its file.
func prepare(t testing.TB, path, config string, args ...string) *Server {
	t.Helper()
	dir := t.TempDir()
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", FreePort(t))}
	if config != "" {
		file := filepath.Join(dir, "redis.conf")
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		s.args = append(s.args, file)
	}
	_, port, _ := net.SplitHostPort(s.Addr)
	s.args = append(s.args, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--daemonize", "no")
	if config == "" {
		s.args = append(s.args, "--save", "")
	}
	s.args = append(s.args, args...)
	s.cmd = exec.Command(path, s.args...)
	t.Cleanup(s.Kill)
	return s
}

// FreePort finds a port with nobody on it, nor on the one that its cluster bus
// would have.
func FreePort(t testing.TB) string {
	t.Helper()
	for {
		a, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(a.Addr().String())
		var n int
		_, _ = fmt.Sscan(port, &n)
		b, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", n+10000))
		_ = a.Close()
		if err == nil {
			_ = b.Close()
			return port
		}
	}
}

// Run starts the server, after Kill once more on the same port, and waits until
// it listens.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	var said strings.Builder
	s.cmd = exec.Command(s.cmd.Path, s.args...)
	s.cmd.Stdout, s.cmd.Stderr = &said, &said
	s.cmd.SysProcAttr = dieWithParent()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.Addr); err == nil {
			_ = c.Close()
			return
		}
		if time.Since(start) > late {
			s.Kill()
			t.Fatalf("%s does not start:\n%s", s.cmd.Path, said.String())
		}
	}
}

// Kill ends the server as a crash does.
func (s *Server) Kill() {
	if s.cmd.Process != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}
