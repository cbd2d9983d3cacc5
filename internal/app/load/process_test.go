package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/adapters/adaptertest"
)

// process is another process. It ends when its standard input does.
type process struct {
	pid  int
	host string // where it listens; of the world, its address

	in   io.WriteCloser
	out  *bufio.Scanner
	said *lines
	cmd  *exec.Cmd
}

// lines are the last that a process has said on standard error.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() > 64<<10 {
		return len(p), nil
	}
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// launch starts a process, and ends it with the test.
func launch(t *testing.T, cmd *exec.Cmd, environ ...string) *process {
	t.Helper()
	p := &process{cmd: cmd, said: &lines{}}
	cmd.Env, cmd.Stderr = append([]string{"PATH=" + os.Getenv("PATH")}, environ...), p.said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in, p.out = in, bufio.NewScanner(out)
	p.out.Buffer(nil, 16<<20)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.pid = cmd.Process.Pid
	t.Cleanup(func() { p.end(t) })
	return p
}

// end ends the process as it should, once.
func (p *process) end(t *testing.T) {
	t.Helper()
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.in.Close()
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", filepath.Base(p.cmd.Path), err, p.said)
	}
}

// as is the test's own program in a role.
func as(t *testing.T, what string, environ ...string) *process {
	t.Helper()
	return launch(t, exec.Command(os.Args[0]), append(environ, role+"="+what)...)
}

// announced reads where a process says that it listens.
func (p *process) announced(t *testing.T) *process {
	t.Helper()
	if !p.out.Scan() {
		t.Fatalf("%s does not say where it listens:\n%s", filepath.Base(p.cmd.Path), p.said)
	}
	p.host = p.out.Text()
	return p
}

// ask has a process answer a line of JSON with one.
func ask[T any](t *testing.T, p *process, line []byte) (answer T) {
	t.Helper()
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		t.Fatalf("%v\n%s", err, p.said)
	}
	if !p.out.Scan() {
		t.Fatalf("no answer\n%s", p.said)
	}
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %.300s", err, p.out.Text())
	}
	return answer
}

// startServe starts archbot serve, and returns when it is there.
func startServe(t *testing.T, port string, environ ...string) *process {
	t.Helper()
	p := as(t, "serve", environ...)
	p.host = "127.0.0.1:" + port
	for began := time.Now(); ; {
		response, err := http.Get("http://" + p.host + "/healthz")
		if err == nil {
			_ = response.Body.Close()
			return p
		}
		if time.Since(began) > patience {
			t.Fatalf("serve does not listen: %v\n%s", err, p.said)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// startBolt starts the same on Bolt, where ARCHBOT_NODE says that there is Node; nil
// elsewhere.
func startBolt(t *testing.T, secret, answer string) *process {
	t.Helper()
	if os.Getenv("ARCHBOT_NODE") == "" {
		return nil
	}
	dir := adaptertest.NodeDir(t, "testdata/node", "bolt.mjs")
	node := exec.Command("node", "bolt.mjs", secret, answer)
	node.Dir = dir
	return launch(t, node, "NODE_ENV=production").announced(t)
}

// usage is what a process has used.
type usage struct {
	cpu   time.Duration // until now
	peak  int           // bytes in memory, since forgetPeak
	files int           // open just now
}

// ticks are how often a second Linux counts the time of a process
// (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
const ticks = 100

// used reads what a process has used.
func used(t *testing.T, pid int) usage {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/", pid)
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	status, err3 := os.ReadFile(dir + "status")
	open, err4 := os.ReadDir(dir + "fd")
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int
	if _, err := fmt.Sscan(peak, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return usage{time.Duration(user+system) * time.Second / ticks, kilobytes << 10, len(open)}
}

// forgetPeak has the peak of a process's memory begin anew.
func forgetPeak(t *testing.T, pid int) {
	t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0o600); err != nil {
		t.Fatal(err)
	}
}
