//go:build linux

package check

import (
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestImageByBuildah builds the image from the Dockerfile as it stands, with a tool
// that needs no daemon, and runs it. The builder's base image is not pulled: one with
// the same name is made of this machine's Go and of busybox, so what is shown is the
// Dockerfile and not that image. Modules come through the machine's GOPROXY.
func TestImageByBuildah(t *testing.T) {
	if os.Getenv("ARCHBOT_BUILDAH") == "" {
		t.Skip("set ARCHBOT_BUILDAH=1 where buildah and busybox-static are installed (Debian has packages of these names), as root: the image is built by it")
	}
	d := readDockerfile(t)
	b := buildah{t: t, dir: t.TempDir()}
	b.standIn(d)
	const built = "localhost/archbot:test"
	b.do("build", "--isolation", "chroot", "--network", "host", "--pull-never", "--format", "docker",
		"--platform", "linux/"+runtime.GOARCH, "--build-arg", "VERSION="+version, "--build-arg", "REVISION=abc", "-t", built, root)

	var described struct {
		Docker struct {
			Config struct {
				User, StopSignal string
				Entrypoint, Cmd  []string
				ExposedPorts     map[string]struct{}
				Volumes          map[string]struct{}
				Labels           map[string]string
				Healthcheck      struct{ Test []string }
			} `json:"config"`
			RootFS struct {
				Layers []string `json:"diff_ids"`
			} `json:"rootfs"`
		}
	}
	if err := json.Unmarshal([]byte(b.do("inspect", "--type", "image", built)), &described); err != nil {
		t.Fatal(err)
	}
	config := described.Docker.Config
	if config.User != "65532:65532" || !slices.Equal(config.Entrypoint, []string{"/archbot"}) || !slices.Equal(config.Cmd, []string{"serve"}) ||
		len(config.ExposedPorts) != 2 || len(config.Volumes) != 1 || config.StopSignal != "SIGTERM" ||
		!slices.Equal(config.Healthcheck.Test, []string{"CMD", "/archbot", "probe"}) ||
		config.Labels["org.opencontainers.image.version"] != version {
		t.Errorf("the image is configured as %+v", config)
	}
	container := b.do("from", "--pull-never", built)
	mounted := b.do("mount", container)
	holdContent(t, mounted)
	in := imageRoot{dir: mounted, env: d.env()}
	if said, err := in.run(t.Context(), "save Load Balancing\nsaved\n", "chat"); err != nil || strings.Count(said, "Load Balancing") < 2 {
		t.Errorf("it says %v\n%s", err, said)
	}
	if said, err := in.run(t.Context(), "", "--version"); err != nil || said != "archbot version "+version+"\n" {
		t.Errorf("it says %v, %s", err, said)
	}
}

// A buildah keeps its images in a directory of its own.
type buildah struct {
	t   *testing.T
	dir string
}

// do runs a subcommand, and returns what it prints without the line break.
func (b buildah) do(args ...string) string {
	b.t.Helper()
	cmd := exec.CommandContext(b.t.Context(), "buildah", append([]string{"--root", b.dir + "/root", "--runroot", b.dir + "/run"}, args...)...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	said, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s%s", cmd, err, said, complaint.String())
	}
	return strings.TrimSpace(string(said))
}

// standIn makes the image that the Dockerfile builds from: a shell, Go, and roots.
func (b buildah) standIn(d dockerfile) {
	b.t.Helper()
	container := b.do("from", "scratch")
	mounted := b.do("mount", container)
	script := `mkdir -p "$1/bin" "$1/tmp" "$1/root" "$1/usr/local" "$1/etc/ssl/certs"
chmod 1777 "$1/tmp"
cp "$(command -v busybox)" "$1/bin/busybox"
for tool in sh mkdir cp chmod; do ln -s busybox "$1/bin/$tool"; done
cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
cp -a "$2" "$1/usr/local/go"`
	goroot, err := exec.CommandContext(b.t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		b.t.Fatal(err)
	}
	making := exec.CommandContext(b.t.Context(), "sh", "-euc", script, "sh", mounted, strings.TrimSpace(string(goroot)))
	if said, err := making.CombinedOutput(); err != nil {
		b.t.Fatalf("%v\n%s", err, said)
	}
	b.do("config", "--env", "PATH=/usr/local/go/bin:/bin", "--env", "GOPATH=/go", "--env", "GOTOOLCHAIN=local", container)
	b.t.Cleanup(func() { // or the overlays stay mounted in a directory that is to go
		_ = exec.Command("buildah", "--root", b.dir+"/root", "--runroot", b.dir+"/run", "umount", "--all").Run()
	})
	var version string
	for _, c := range d.global {
		for _, pair := range c.Args {
			if pair.Key == "GO_VERSION" {
				version = pair.ValueString()
			}
		}
	}
	b.do("commit", "--rm", container, strings.ReplaceAll(d.build.BaseName, "${GO_VERSION}", version))
}
