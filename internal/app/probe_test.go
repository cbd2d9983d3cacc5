package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// What a container asks with tells a serve that is alive from one that is not, on
// the addresses that serve can be told to listen on.
func TestProbe(t *testing.T) {
	f := newFakeSlack(t, false)
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md")
	writeList(t, list, smallList)
	s := serve(t, f.settings("SLACK_SIGNING_SECRET="+f.SigningSecret, "ARCHBOT_LIST="+list, "ARCHBOT_STATE="+filepath.Join(dir, "state.db"))...)
	_, port, _ := strings.Cut(s.addr, ":")
	const closed = "127.0.0.1:1" // tcpmux, which nobody has any more
	for name, c := range map[string]struct {
		addr, path string
		status     int
		says       string
	}{
		"alive":                {s.addr, "/healthz", 0, "ok\n"},
		"by the port":          {":" + port, "/healthz", 0, "ok\n"},
		"on all addresses":     {"0.0.0.0:" + port, "/healthz", 0, "ok\n"},
		"of the sixth version": {"[::]:" + port, "/healthz", 0, "ok\n"},
		"another answer":       {s.addr, "/nothing", statusNothing, "404 Not Found"},
		"nobody":               {closed, "/healthz", statusNothing, "nothing listens on " + closed},
		"no address":           {"8080", "/healthz", statusUsage, `ARCHBOT_ADDR is "8080"`},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			p := &Program{Out: &said, Err: &said, Environ: []string{"ARCHBOT_ADDR=" + c.addr, "HTTP_PROXY=http://" + closed}}
			status := p.Exit("archbot probe", p.Probe(t.Context(), c.path))
			if status != c.status || !strings.Contains(said.String(), c.says) {
				t.Errorf("status %d, and it says %q; want %d and %q", status, said.String(), c.status, c.says)
			}
		})
	}
	s.stop(nil)
	if err := s.end(t); err != nil {
		t.Error(err)
	}
}
