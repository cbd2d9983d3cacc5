package check

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// root is the bot's module, seen from this one's.
const root = "../.."

// dockerfile is the Dockerfile as Docker's own parser reads it.
type dockerfile struct {
	global []instructions.ArgCommand // before the first stage
	build  instructions.Stage
	final  instructions.Stage
}

func readDockerfile(t *testing.T) dockerfile {
	t.Helper()
	file, err := os.Open(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tree, err := parser.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Warnings) > 0 {
		t.Errorf("Docker's parser warns: %+v", tree.Warnings)
	}
	stages, global, err := instructions.Parse(tree.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(stages) != 2 || stages[0].Name != "build" {
		t.Fatalf("%d stages, want one that builds and one that ships", len(stages))
	}
	return dockerfile{global: global, build: stages[0], final: stages[1]}
}

// commands are the instructions of one kind, in their order.
func commands[C instructions.Command](stage instructions.Stage) []C {
	var found []C
	for _, c := range stage.Commands {
		if c, ok := c.(C); ok {
			found = append(found, c)
		}
	}
	return found
}

// only is the one instruction of its kind.
func only[C instructions.Command](t *testing.T, stage instructions.Stage) C {
	t.Helper()
	found := commands[C](stage)
	if len(found) != 1 {
		t.Fatalf("%d instructions %T, want one", len(found), *new(C))
	}
	return found[0]
}

// env is what the image sets.
func (d dockerfile) env() map[string]string {
	env := make(map[string]string)
	for _, c := range commands[*instructions.EnvCommand](d.final) {
		for _, pair := range c.Env {
			env[pair.Key] = pair.Value
		}
	}
	return env
}

// What ships is the binary and data: no base image, no shell, no root, and whoever
// runs it can see that.
func TestDockerfileShipsNothingElse(t *testing.T) {
	d := readDockerfile(t)
	if d.final.BaseName != "scratch" {
		t.Errorf("the image is made from %s", d.final.BaseName)
	}
	if runs := commands[*instructions.RunCommand](d.final); len(runs) > 0 {
		t.Errorf("there is nothing to run %v with", runs[0].CmdLine)
	}
	user := only[*instructions.UserCommand](t, d.final).User
	uid, _, _ := strings.Cut(user, ":")
	if n, err := strconv.Atoi(uid); err != nil || n == 0 {
		t.Errorf("USER is %q: it must be a number and not root", user)
	}
	entry := only[*instructions.EntrypointCommand](t, d.final)
	if entry.PrependShell || !slices.Equal(entry.CmdLine, []string{"/archbot"}) {
		t.Errorf("ENTRYPOINT is %q", entry.CmdLine)
	}
	if c := only[*instructions.CmdCommand](t, d.final); c.PrependShell || !slices.Equal(c.CmdLine, []string{"serve"}) {
		t.Errorf("CMD is %q", c.CmdLine)
	}
	health := only[*instructions.HealthCheckCommand](t, d.final).Health
	if !slices.Equal(health.Test, []string{"CMD", "/archbot", "probe"}) {
		t.Errorf("HEALTHCHECK is %q: it must run without a shell", health.Test)
	}
	var ports []string
	for _, c := range commands[*instructions.ExposeCommand](d.final) {
		ports = append(ports, c.Ports...)
	}
	for _, name := range []string{"ARCHBOT_ADDR", "ARCHBOT_PRIVATE_ADDR"} {
		if port := strings.TrimPrefix(d.env()[name], ":"); !slices.Contains(ports, port) {
			t.Errorf("it listens on %s (%s) and exposes %v", port, name, ports)
		}
	}
	for name := range d.env() {
		holdSetting(t, "Dockerfile", name)
	}
}

// Base images are pinned to a release, the compiler is the one that go.mod asks for,
// and it runs on the builder's platform.
func TestDockerfileIsPinned(t *testing.T) {
	d := readDockerfile(t)
	args := make(map[string]string)
	for _, c := range d.global {
		for _, pair := range c.Args {
			args[pair.Key] = pair.ValueString()
		}
	}
	version := args["GO_VERSION"]
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
		t.Errorf("GO_VERSION is %q, want a release", version)
	}
	if !strings.Contains(d.build.BaseName, "golang:${GO_VERSION}") || d.build.Platform != "$BUILDPLATFORM" {
		t.Errorf("it builds from %q on %q", d.build.BaseName, d.build.Platform)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if wanted == nil || !strings.HasPrefix(version, string(wanted[1])+".") {
		t.Errorf("go.mod asks for %q, and GO_VERSION is %s", wanted, version)
	}
	labels := make(map[string]string)
	for _, c := range commands[*instructions.LabelCommand](d.final) {
		for _, pair := range c.Labels {
			labels[pair.Key] = pair.Value
		}
	}
	const oci = "org.opencontainers.image."
	want := []string{oci + "description", oci + "licenses", oci + "revision", oci + "title", oci + "version"}
	if got := slices.Sorted(maps.Keys(labels)); !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}
