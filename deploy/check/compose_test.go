package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// compose is deploy/compose.yaml as Docker Compose reads it, with its own schema.
func compose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../compose.yaml"}, cli.WithName("archbot"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// What runs is locked in, limited, watched, and given time to end; what is kept is on a
// volume; what is secret is in files.
func TestCompose(t *testing.T) {
	project := compose(t)
	if len(project.Services) != 2 {
		t.Fatalf("%d services", len(project.Services))
	}
	for name, s := range project.Services {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.Privileged || strings.HasPrefix(s.User, "0") || s.User == "" ||
			!slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may do more than it needs", name)
		}
		if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.MemoryBytes == 0 || s.Deploy.Resources.Limits.Pids == 0 || s.Logging == nil {
			t.Errorf("%s has no limits", name)
		}
		if s.HealthCheck == nil || s.Restart != "unless-stopped" || s.StopGracePeriod == nil || time.Duration(*s.StopGracePeriod) <= drain {
			t.Errorf("%s is not watched, or has no time to end", name)
		}
		for variable, value := range s.Environment {
			if variable != "GOMEMLIMIT" && name == "bot" {
				holdSetting(t, "deploy/compose.yaml", variable)
			}
			secret, isFile := strings.CutPrefix(*value, "/run/secrets/")
			if isFile != strings.HasSuffix(variable, "_FILE") {
				t.Errorf("%s: %s is %q", name, variable, *value)
			}
			if isFile && !slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return c.Source == secret }) {
				t.Errorf("%s names the secret %s and is not given it", name, secret)
			}
		}
	}
	bot, d := project.Services["bot"], readDockerfile(t)
	if bot.User != only[*instructions.UserCommand](t, d.final).User || !slices.Equal(bot.HealthCheck.Test, []string{"CMD", "/archbot", "probe"}) {
		t.Errorf("the bot's user is %s, and its health is asked with %v", bot.User, bot.HealthCheck.Test)
	}
	if bot.DependsOn["redis"].Condition != types.ServiceConditionHealthy || !project.Networks["inside"].Internal {
		t.Error("Redis is not waited for, or reaches others")
	}
	if v := project.Services["redis"].Volumes; len(v) != 1 || v[0].Type != types.VolumeTypeVolume || v[0].Target != "/data" {
		t.Errorf("what Redis keeps is on %+v", v)
	}
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range project.Secrets {
		if !strings.Contains(filepath.ToSlash(secret.File), "/deploy/secrets/") || !strings.Contains(string(ignored), "/deploy/secrets/\n") {
			t.Errorf("the secret %s is in %s, which git does not pass over", name, secret.File)
		}
	}
}

// The Redis of the compose file and that of Kubernetes start with the very command that
// stands there, ask for the password, and keep what was written when they are killed.
func TestRedisKeeps(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("ARCHBOT_REQUIRE_REDIS") != "" {
			t.Fatal(err)
		}
		t.Skip("install redis-server, or set ARCHBOT_REQUIRE_REDIS to insist: the compose file's command is run with it")
	}
	fromKubernetes := build(t, "overlays/redis").pods["StatefulSet/redis"].Spec.Containers[0].Command
	for name, command := range map[string][]string{"compose": compose(t).Services["redis"].Command, "kubernetes": fromKubernetes} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "password"), []byte("hush hush"), 0o600); err != nil {
				t.Fatal(err)
			}
			// Its places are in a directory of the test's, and it listens on a socket there.
			line := strings.NewReplacer(
				"/run/secrets/redis_password", dir+"/password", "/run/secrets/redis/redis-password", dir+"/password",
				"--dir /data", "--port 0 --unixsocket "+dir+"/redis.sock --dir "+dir, "$$", "$", "requirepass %s", `requirepass "%s"`,
			).Replace(command[2])
			for round, want := range []string{"OK", "kept"} {
				server := exec.CommandContext(t.Context(), command[0], command[1], line)
				if err := server.Start(); err != nil {
					t.Fatal(err)
				}
				kill := killer(t, dir)
				ask := []string{"get", "a"}
				if round == 0 {
					ask = []string{"set", "a", "kept"}
				}
				if got := redisCLI(t, dir, ask...); got != want {
					t.Errorf("%v: %q, want %q", ask, got, want)
				}
				for _, c := range [][2]string{{"appendonly", "yes"}, {"maxmemory-policy", "noeviction"}} {
					if got := redisCLI(t, dir, "config", "get", c[0]); got != c[0]+"\n"+c[1] {
						t.Errorf("its settings: %q", got)
					}
				}
				kill()
				_ = server.Wait() // its server was killed
			}
		})
	}
}

// killer kills the server in a directory, which a shell has started: now, or with the test.
func killer(t *testing.T, dir string) (kill func()) {
	t.Helper()
	_, about, _ := strings.Cut(redisCLI(t, dir, "info", "server"), "process_id:")
	line, _, _ := strings.Cut(about, "\n")
	id, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the server does not say which process it is: %q", about)
	}
	process, err := os.FindProcess(id)
	if err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { _ = process.Kill() })
	t.Cleanup(kill)
	return kill
}

// redisCLI asks the server in a directory, which may be about to start.
func redisCLI(t *testing.T, dir string, args ...string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		cmd := exec.CommandContext(t.Context(), "redis-cli", append([]string{"-s", dir + "/redis.sock"}, args...)...)
		cmd.Env = append(os.Environ(), "REDISCLI_AUTH=hush hush")
		said, err := cmd.CombinedOutput()
		if err == nil || time.Now().After(deadline) {
			return strings.TrimSpace(string(said))
		}
	}
}
