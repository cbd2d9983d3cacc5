package house

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What make test prints and when it fails is decided by .ci/report.awk.
func TestReport(t *testing.T) {
	awk, err := exec.LookPath("awk")
	if err != nil {
		t.Skip("there is no awk to read .ci/report.awk with")
	}
	const (
		passes = `{"Action":"run","Package":"archbot/a","Test":"TestGood"}
{"Action":"output","Package":"archbot/a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"archbot/a","Test":"TestGood","Output":"    a_test.go:5: chatter\n"}
{"Action":"pass","Package":"archbot/a","Test":"TestGood","Elapsed":0}
{"Action":"output","Package":"archbot/a","Output":"PASS\n"}
{"Action":"output","Package":"archbot/a","Output":"ok  \tarchbot/a\t0.01s\n"}
{"Action":"pass","Package":"archbot/a","Elapsed":0.01}
`
		fails = `{"Action":"output","Package":"archbot/b","Test":"TestBad","Output":"    b_test.go:9: got \"\u003c\\n\u003e\"\n"}
{"Action":"fail","Package":"archbot/b","Test":"TestBad","Elapsed":0}
{"Action":"output","Package":"archbot/b","Output":"FAIL\tarchbot/b\t0.01s\n"}
{"Action":"fail","Package":"archbot/b","Elapsed":0.01}
`
		hangs = `{"Action":"output","Package":"archbot/b","Test":"TestSlow","Output":"panic: test timed out\n"}
{"Action":"output","Package":"archbot/b","Output":"FAIL\tarchbot/b\t600s\n"}
{"Action":"fail","Package":"archbot/b","Elapsed":600}
`
		breaks = `{"ImportPath":"archbot/c","Action":"build-output","Output":"c/c.go:3:1: undefined: x\n"}
`
		seed = `{"Action":"skip","Package":"archbot/a","Test":"FuzzParse/seed#0","Elapsed":0}
`
	)
	skips := func(reason string) string {
		return `{"Action":"output","Package":"archbot/d","Test":"TestLists","Output":"    d_test.go:7: ` + reason + `\n"}
{"Action":"output","Package":"archbot/d","Test":"TestLists","Output":"--- SKIP: TestLists (0.00s)\n"}
{"Action":"skip","Package":"archbot/d","Test":"TestLists","Elapsed":0}
`
	}
	const lists = "set ARCHBOT_LISTS to a directory of lists"
	cases := []struct {
		name   string
		in     string
		env    []string
		status int
		want   []string
		not    string
	}{
		{"passes", passes + "exit 0\n", nil, 0, []string{"ok  \tarchbot/a\t0.01s\n", "1 passed, 0 skipped, 0 failed"}, "chatter"},
		{"fails", passes + fails + "exit 1\n", nil, 1, []string{`got "<\n>"`, "FAIL\tarchbot/b", "1 passed, 0 skipped, 1 failed"}, "chatter"},
		{"hangs", hangs + "exit 1\n", nil, 1, []string{"panic: test timed out"}, ""},
		{"does not build", breaks + "exit 1\n", nil, 1, []string{"c/c.go:3:1: undefined: x"}, ""},
		{"cut off", passes, nil, 1, nil, ""},
		{"not go test's", "go: no such module\nexit 1\n", nil, 1, []string{"go: no such module"}, ""},
		{"skips", skips(lists) + "exit 0\n", nil, 0, []string{"skip\tarchbot/d\tTestLists: " + lists + "\n", "1 skipped"}, "FAIL"},
		{"skips twice", skips(lists) + skips(lists) + "exit 0\n", nil, 0, []string{"TestLists and 1 more: " + lists, "2 skipped"}, ""},
		{"waits", skips(lists) + "exit 0\n", []string{"ARCHBOT_NO_SKIP=1"}, 0, nil, "FAIL"},
		{"need not wait", skips(lists) + "exit 0\n", []string{"ARCHBOT_NO_SKIP=1", "ARCHBOT_LISTS=lists"}, 1, []string{"FAIL"}, ""},
		{"waits for another", skips(lists+" and ARCHBOT_SOAK=1") + "exit 0\n", []string{"ARCHBOT_NO_SKIP=1", "ARCHBOT_LISTS=lists"}, 0, nil, "FAIL"},
		{"waits for nothing", skips("not today") + "exit 0\n", []string{"ARCHBOT_NO_SKIP=1"}, 1, []string{"FAIL"}, ""},
		{"skips a seed", seed + "exit 0\n", []string{"ARCHBOT_NO_SKIP=1"}, 0, []string{"0 skipped"}, "FAIL"},
		{"skips and fails", skips("not today") + fails + "exit 2\n", []string{"ARCHBOT_NO_SKIP=1"}, 2, []string{"FAIL"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(awk, "-f", filepath.Join(root, ".ci", "report.awk"))
			cmd.Env = append([]string{"LC_ALL=C"}, c.env...)
			cmd.Stdin = strings.NewReader(c.in)
			out, err := cmd.CombinedOutput()
			status := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				status = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("does not say %q", want)
				}
			}
			if c.not != "" && strings.Contains(string(out), c.not) {
				t.Errorf("says %q", c.not)
			}
			if t.Failed() {
				t.Logf("it said:\n%s", out)
			}
		})
	}
}
