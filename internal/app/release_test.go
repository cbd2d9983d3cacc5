package app

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"archbot/internal/store/redistest"
)

// What a release may cost: the bytes of the program, the resident bytes of a serve that
// has nothing to do, and the time until one is ready.
const (
	maxProgram = 25e6
	maxIdle    = 40e6
	maxReady   = 100 * time.Millisecond
)

// releaseDir is where the release is built; TestMain removes it.
var releaseDir string

// buildRelease builds archbot as it is released, once for all tests.
var buildRelease = sync.OnceValues(func() (path string, err error) {
	if releaseDir, err = os.MkdirTemp("", "archbot-release"); err != nil {
		return "", err
	}
	path = filepath.Join(releaseDir, "archbot")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "archbot/cmd/archbot")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// release is the path of the release's program.
func release(t testing.TB) string {
	t.Helper()
	path, err := buildRelease()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// daemon is serve of the release, in a process of its own.
type daemon struct {
	*exec.Cmd
	addr string
	said *buffer
	took time.Duration // until /healthz answered
}

// startRelease starts serve of the release on the embedded list, and waits until it is
// ready: until /healthz answers.
func startRelease(t testing.TB, environ ...string) *daemon {
	t.Helper()
	d := &daemon{Cmd: exec.Command(release(t), "serve"), addr: "127.0.0.1:" + redistest.FreePort(t), said: &buffer{}}
	d.Env = slices.Concat(environ, []string{"ARCHBOT_ADDR=" + d.addr, "PATH=" + os.Getenv("PATH")})
	d.Stdout, d.Stderr = d.said, d.said
	began := time.Now()
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.kill)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		response, err := client.Get("http://" + d.addr + "/healthz")
		if err == nil {
			_ = response.Body.Close()
			d.took = time.Since(began)
			return d
		}
		if time.Since(began) > late {
			t.Fatalf("serve is not ready: %v\n%s", err, d.said)
		}
		<-time.After(time.Millisecond)
	}
}

// kill ends the process, should it still run.
func (d *daemon) kill() {
	if d.ProcessState == nil {
		_ = d.Process.Kill()
		_ = d.Wait()
	}
}

// resident is what of its memory is in the machine's, in bytes.
func (d *daemon) resident(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(string(rest)), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatalf("no VmRSS in\n%s", status)
	return 0
}

func TestReleaseSize(t *testing.T) {
	info, err := os.Stat(release(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the program has %.1f MB", float64(info.Size())/1e6)
	if info.Size() > maxProgram {
		t.Errorf("the program has %d bytes, and may have %.0f", info.Size(), maxProgram)
	}
}

// A serve in Slack by Socket Mode that has answered, and has nothing more to do.
func TestIdleMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what is resident is read as Linux tells it")
	}
	f := newFakeSlack(t, true)
	d := startRelease(t, f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db"))...)
	if !f.Await(func() bool { return f.Sockets() > 0 }) {
		t.Fatal("it opens no socket")
	}
	said := answer(t, f, f.As(f.ann.ID).Command(f.channel.ID, "/arch", "search circuit braking")) // misspelt
	if !strings.Contains(string(said.Blocks), "ircuit") {
		t.Errorf("it answers %+v", said)
	}
	// What the making of the index needed goes back when all of it is made.
	for began := time.Now(); d.resident(t) > maxIdle; <-time.After(10 * time.Millisecond) {
		if time.Since(began) > late {
			t.Fatalf("%.1f MB are resident, and %.0f may be", float64(d.resident(t))/1e6, maxIdle/1e6)
		}
	}
	t.Logf("ready after %s; %.1f MB are resident", d.took.Round(time.Millisecond), float64(d.resident(t))/1e6)
}

// unreachable are settings under which nothing that serve needs can be reached: Redis and
// Slack take connections and say nothing, Discord refuses them.
func unreachable(t testing.TB) []string {
	t.Helper()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	return []string{
		"REDIS_URL=redis://" + mute.Addr().String(), "SLACK_API_URL=http://" + mute.Addr().String() + "/api/",
		"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "DISCORD_TOKEN=a-token", "DISCORD_API_URL=" + nobody(t),
	}
}

// ready are the settings that serve is measured with.
func ready(t testing.TB) map[string][]string {
	t.Helper()
	f := newFakeSlack(t, true)
	return map[string][]string{
		"file":                 f.settings("SLACK_APP_TOKEN="+f.appToken(), "ARCHBOT_STATE="+filepath.Join(t.TempDir(), "state.db")),
		"Redis":                f.settings("SLACK_APP_TOKEN="+f.appToken(), "REDIS_URL=redis://"+redistest.Start(t).Addr),
		"nothing is there yet": unreachable(t),
	}
}

// Serve is ready in time with the embedded list, also where Redis, Slack and Discord are
// not there yet. The fastest of a few counts, as other tests are at work.
func TestReadyInTime(t *testing.T) {
	for name, environ := range ready(t) {
		var fastest time.Duration
		for range 30 {
			d := startRelease(t, environ...)
			d.kill()
			if fastest == 0 || d.took < fastest {
				fastest = d.took
			}
			if fastest <= maxReady {
				break
			}
		}
		t.Logf("%s: ready after %s", name, fastest.Round(time.Millisecond))
		if fastest > maxReady {
			t.Errorf("%s: ready after %s, and may take %s", name, fastest, maxReady)
		}
	}
}

// BenchmarkServeReady is what a deploy waits for: from the start of the process to the
// first answer of /healthz. Its end is in ns/op, and not in ready-ms.
func BenchmarkServeReady(b *testing.B) {
	for name, environ := range ready(b) {
		b.Run(name, func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				d := startRelease(b, environ...)
				d.kill()
				took += d.took
			}
			b.ReportMetric(float64(took.Microseconds())/1e3/float64(b.N), "ready-ms")
		})
	}
}
