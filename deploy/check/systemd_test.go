package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The unit sets what archbot knows, reads secrets from where systemd puts them, and
// gives it time to end.
func TestUnit(t *testing.T) {
	unit := make(map[string][]string)
	text, err := os.ReadFile("../systemd/archbot.service")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			unit[key] = append(unit[key], value)
		}
	}
	credentials := strings.Join(unit["LoadCredential"], "\n")
	for _, pair := range unit["Environment"] {
		name, value, _ := strings.Cut(pair, "=")
		if name != "GOMEMLIMIT" {
			holdSetting(t, "archbot.service", name)
		}
		if credential, ok := strings.CutPrefix(value, "%d/"); ok && !strings.Contains("\n"+credentials, "\n"+credential+":") {
			t.Errorf("%s is not handed over, only\n%s", credential, credentials)
		}
	}
	for _, key := range []string{"TimeoutStopSec", "StateDirectoryMode", "ExecStart"} {
		if len(unit[key]) != 1 {
			t.Fatalf("%s is %v", key, unit[key])
		}
	}
	if limit, err := time.ParseDuration(unit["TimeoutStopSec"][0]); err != nil || limit <= drain {
		t.Errorf("it has %v to end (%v), and drains for up to %v", limit, err, drain)
	}
	if mode, err := strconv.ParseInt(unit["StateDirectoryMode"][0], 8, 0); err != nil || mode != 0o700 {
		t.Errorf("others can look at its state: %o, %v", mode, err)
	}
}

// systemd itself has no complaint about the unit, and calls it well locked in.
func TestUnitBySystemd(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("install systemd: the unit is verified by systemd-analyze")
	}
	text, err := os.ReadFile("../systemd/archbot.service")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	unit := filepath.Join(dir, "archbot.service")
	// It insists on a program that is there.
	there := regexp.MustCompile(`(?m)^ExecStart=\S+`).ReplaceAll(text, []byte("ExecStart=/bin/true"))
	if err := os.WriteFile(unit, there, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", unit}, {"security", "--offline=true", "--threshold=15", "--no-pager", unit}} {
		if said, err := exec.CommandContext(t.Context(), "systemd-analyze", args...).CombinedOutput(); err != nil || args[0] == "verify" && len(said) > 0 {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, said)
		}
	}
}
