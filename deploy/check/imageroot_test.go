//go:build linux

package check

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// In the image's root, as its user, archbot answers from the embedded list, knows
// time zones, keeps its state, and checks certificates with the roots beside it.
func TestImageRuns(t *testing.T) {
	d := readDockerfile(t)
	image := buildImage(t, d, runtime.GOARCH)
	holdContent(t, image)
	in := imageRoot{dir: image, env: d.env()}
	if _, err := in.run(t.Context(), "", "--version"); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skipf("nothing can be run in a root of its own here (%v): run this test as root", err)
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("# List\n\n## Caching\n\n- [Guide](https://example.com/guide) - Where to put a cache.\n"))
	}))
	defer server.Close()
	for _, c := range []struct {
		name, in string
		args     []string
		want     string
	}{
		{"version", "", []string{"--version"}, "archbot version " + version},
		{"about", "about\n", []string{"chat"}, version},
		{"search", "", []string{"search", "circuit breaking"}, "Circuit breaking"},
		{"time zone", "digest add circuit breaking every monday 09:00 zone:Australia/Lord_Howe\n", []string{"chat"}, "Australia/Lord_Howe"},
		{"state", "save Load Balancing\n", []string{"chat"}, "Load Balancing"},
		{"state is kept", "saved\n", []string{"chat"}, "Load Balancing"},
		{"probe", "", []string{"probe"}, "nothing listens on 127.0.0.1:8080"},
		{"unknown root", "", []string{"list", "check", "--allow-private", server.URL + "/list.md"}, "certificate signed by unknown authority"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if said, _ := in.run(t.Context(), c.in, c.args...); !strings.Contains(said, c.want) {
				t.Errorf("it says\n%s\nwant %q", said, c.want)
			}
		})
	}
	// The roots are read where the Dockerfile puts them: with one more there, the
	// server that was unknown is not any more.
	roots := filepath.Join(image, "etc/ssl/certs/ca-certificates.crt")
	file, err := os.OpenFile(roots, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), file.Close()); err != nil {
		t.Fatal(err)
	}
	if said, err := in.run(t.Context(), "", "list", "check", "--allow-private", server.URL+"/list.md"); err != nil || !strings.Contains(said, "1 topic, 1 resource") {
		t.Errorf("with the server's certificate among the roots it says %v\n%s", err, said)
	}
}

// holdContent fails when the image has a file that is not meant to be there.
func holdContent(t *testing.T, image string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(image, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			got = append(got, strings.TrimPrefix(path, image))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"/archbot", "/etc/ssl/certs/ca-certificates.crt"}; !slices.Equal(got, want) {
		t.Errorf("the image has the files %v, want %v", got, want)
	}
}

// An imageRoot runs the image's binary in its root, with its environment and user.
type imageRoot struct {
	dir string
	env map[string]string
}

func (r imageRoot) run(ctx context.Context, input string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "/archbot", args...)
	cmd.Dir = "/"
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = []string{} // not this process's
	for name, value := range r.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: r.dir}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
	} else { // who may make namespaces is root in one of them
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	return said.String(), err
}
