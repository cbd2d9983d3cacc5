package vocabulary

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	topics := map[string][]string{
		"Load balancing":        {"mesh/load-balancing"},
		"mesh/load-balancing":   {"mesh/load-balancing"},
		"Mesh > Load balancing": {"mesh/load-balancing"},
		"Security":              {"bank/security", "wallet/security"},
		"Bank > Security":       {"bank/security"},
	}
	cases := map[string]string{
		"lb\tLoad balancing":                      "",
		"lb\tmesh/load-balancing":                 "",
		"lb\tMesh > Load balancing":               "",
		"k8s\tkubernetes":                         "",
		"tcp\tany words / none of them an id":     "",
		"safe\tBank > Security; Load balancing":   "",
		"safe\tSecurity":                          `v.tsv:1: "Security" names 2 topics: bank/security, wallet/security; write the one meant`,
		"lb\tLoad balance":                        `v.tsv:1: "Load balance" looks like a title and names no topic; write the title`,
		"lb\tmesh/balance":                        `"mesh/balance" looks like a title`,
		"lb\tmesh > balance":                      `"mesh > balance" looks like a title`,
		"lb\tLoad balancing; mesh/load-balancing": `"Load balancing" and "mesh/load-balancing" are the same topic; name it once`,
		"lb\tLoad balancing; Балансировка нагрузки": `"Балансировка нагрузки" looks like a title`,
	}
	for line, want := range cases {
		v, problems := Parse([]byte(line), "v.tsv")
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		problems = v.Check(func(name string) []string { return topics[name] })
		if want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Error(), want)) {
			t.Errorf("%q: got %v, want %q", line, problems, want)
		}
	}
}
