package load

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"

	"archbot/internal/app"
)

// role is the variable with which the test's program is one of the other processes.
const role = "ARCHBOT_LOAD_ROLE"

func TestMain(m *testing.M) {
	work := map[string]func() error{"serve": serve, "bare": bare, "world": runWorld}[os.Getenv(role)]
	if work == nil {
		os.Exit(m.Run())
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// inside is what a server says of itself.
type inside struct {
	Goroutines int
	Heap       uint64 // bytes that are in use after a collection
}

// serve is archbot serve, which beside that says what is inside of it for each line of
// standard input, and ends with it. A line that is the name of a file begins a profile
// of the CPU in it, or ends it.
func serve() error {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer stop()
		tell(os.Stdin, os.Stdout)
	}()
	p := app.NewProgram()
	p.Environ = slices.DeleteFunc(p.Environ, func(v string) bool { return strings.HasPrefix(v, role) })
	if status := p.Exit("archbot", p.Serve(ctx, app.ServeOptions{})); status != 0 {
		return fmt.Errorf("serve ends with %d", status)
	}
	return nil
}

func tell(from io.Reader, to io.Writer) {
	var profile *os.File
	for lines := bufio.NewScanner(from); lines.Scan(); {
		switch name := lines.Text(); {
		case name != "" && profile == nil:
			profile, _ = os.Create(name)
			_ = pprof.StartCPUProfile(profile)
		case name != "":
			pprof.StopCPUProfile()
			_ = profile.Close()
			profile = nil
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_ = json.NewEncoder(to).Encode(inside{runtime.NumGoroutine(), m.HeapAlloc})
	}
}
