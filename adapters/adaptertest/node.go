package adaptertest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// NodeDir returns a directory of its own for a test, with the named files of a
// directory from, and all packages that its package-lock.json names. The test is
// skipped where ARCHBOT_NODE does not say that there is Node.
func NodeDir(t testing.TB, from string, files ...string) string {
	t.Helper()
	if os.Getenv("ARCHBOT_NODE") == "" {
		t.Skip("set ARCHBOT_NODE=1 where node and npm are, and may fetch what " + from + "/package-lock.json names")
	}
	modules, err := nodeModules(from)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(from, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// installing lets one test of a process install packages, and others find them.
var installing sync.Mutex

// nodeModules installs the packages where caches are, unless they are there from an
// earlier run. None of their scripts is run.
func nodeModules(from string) (string, error) {
	installing.Lock()
	defer installing.Unlock()
	lock, err := os.ReadFile(filepath.Join(from, "package-lock.json"))
	if err != nil {
		return "", err
	}
	caches, err := os.UserCacheDir()
	if err != nil { // there is no home
		caches = os.TempDir()
	}
	caches = filepath.Join(caches, "archbot-tests")
	sum := sha256.Sum256(lock)
	installed := filepath.Join(caches, "node-"+hex.EncodeToString(sum[:8]))
	modules := filepath.Join(installed, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules, nil
	}
	if err := os.MkdirAll(caches, 0o700); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(caches, "installing-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh) //nolint:errcheck // what is left in a cache harms nobody
	if err := install(fresh, from); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, installed); err != nil {
		if _, theirs := os.Stat(modules); theirs != nil { // nobody was faster
			return "", err
		}
	}
	return modules, nil
}

// install installs the packages of a directory into another one.
func install(dir, from string) error {
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(from, name)); err != nil {
			return err
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("ARCHBOT_NODE is set, but npm ci fails: %w\n%s", err, out)
	}
	return nil
}

func copyFile(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
