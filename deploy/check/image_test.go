package check

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// version is what the tests' builds are told that they are.
const version = "v9.8.7-test"

// sizeGoal is what the binary has to stay under, in bytes.
const sizeGoal = 25 << 20

// The Dockerfile's own commands, run twice in different directories, make the same
// bytes: static, stripped, and small, for both architectures.
func TestImageBinary(t *testing.T) {
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(arch, func(t *testing.T) {
			d := readDockerfile(t)
			var sums [2][sha256.Size]byte
			for i := range sums {
				binary := filepath.Join(buildImage(t, d, arch), "archbot")
				content, err := os.ReadFile(binary)
				if err != nil {
					t.Fatal(err)
				}
				sums[i] = sha256.Sum256(content)
				if i > 0 {
					continue
				}
				t.Logf("%.1f MB", float64(len(content))/1e6)
				if len(content) >= sizeGoal {
					t.Errorf("it has %d bytes, want fewer than %d", len(content), sizeGoal)
				}
				if place, _, _ := strings.Cut(t.Name(), "/"); bytes.Contains(content, []byte(place)) {
					t.Errorf("it says where it was built, in a directory called for %s", place)
				}
				holdStatic(t, binary, machine)
			}
			if sums[0] != sums[1] {
				t.Errorf("built twice, it differs: %x, %x", sums[0], sums[1])
			}
		})
	}
}

// holdStatic fails when a binary needs anything but the kernel.
func holdStatic(t *testing.T, binary string, machine elf.Machine) {
	t.Helper()
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if file.Machine != machine {
		t.Errorf("it is for %v, want %v", file.Machine, machine)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it is not static: it has a %v", p.Type)
		}
	}
	for _, name := range []string{".symtab", ".debug_info", ".zdebug_info"} {
		if file.Section(name) != nil {
			t.Errorf("it is not stripped: it has a %s", name)
		}
	}
}

// buildImage runs the Dockerfile's RUN instructions over a copy of the context, and
// copies what its COPY instructions say into a directory: the image's root. Places of
// the builder's image are in temporary directories instead; the caches are this
// machine's, but for soak, which compiles everything anew.
func buildImage(t *testing.T, d dockerfile, arch string) string {
	t.Helper()
	source, builder, image := t.TempDir(), t.TempDir(), t.TempDir()
	copyContext(t, source)
	const roots = "/etc/ssl/certs/ca-certificates.crt" // Alpine's and Debian's; others have them elsewhere
	if _, err := os.Stat(roots); err != nil {
		t.Skip("install ca-certificates: the Dockerfile copies them from " + roots)
	}
	moved := strings.NewReplacer("/out/", builder+"/out/", "/root-of-image", builder+"/root-of-image")
	for _, c := range commands[*instructions.RunCommand](d.build) {
		run := exec.CommandContext(t.Context(), "sh", "-ec", moved.Replace(strings.Join(c.CmdLine, " ")))
		run.Dir = source
		run.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+arch, "VERSION="+version, "GOWORK=off")
		if os.Getenv("ARCHBOT_SOAK") != "" {
			run.Env = append(run.Env, "GOCACHE="+t.TempDir())
		}
		if said, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", run, err, said)
		}
	}
	for _, c := range commands[*instructions.CopyCommand](d.final) {
		from, to := builder+c.SourcePaths[0], image+c.DestPath
		if len(c.SourcePaths) != 1 || c.From != "build" {
			t.Fatalf("it copies %v of %q, which this test does not know", c.SourcePaths, c.From)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		copying := exec.CommandContext(t.Context(), "cp", "-a", from, to)
		if said, err := copying.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", copying, err, said)
		}
		if owner := cmp.Or(c.Chown, "0:0"); os.Geteuid() == 0 {
			var uid, gid int
			if _, err := fmt.Sscanf(owner, "%d:%d", &uid, &gid); err != nil {
				t.Fatalf("--chown=%s: %v", owner, err)
			}
			if err := os.Chown(to, uid, gid); err != nil {
				t.Fatal(err)
			}
		}
	}
	return image
}

// copyContext copies what .dockerignore lets into the build.
func copyContext(t *testing.T, to string) {
	t.Helper()
	file, err := os.Open(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		if skip, err := ignored.MatchesOrParentMatches(name); skip || err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
