package vocabulary

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	src := "\uFEFF# A comment\n\n" +
		"k8s\tkubernetes\r\n" +
		"  round   robin \t Load balancing\t\n" +
		"settlement\tTransaction flow architecture; Banking > Transaction processing\tweak\n" +
		"   # another\n" +
		"C#\tc sharp\n" +
		"負荷分散\tLoad balancing"
	v, problems := Parse([]byte(src), "v.tsv")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := []Entry{
		{Term: "k8s", Meanings: []string{"kubernetes"}, Line: 3},
		{Term: "round robin", Meanings: []string{"Load balancing"}, Line: 4},
		{Term: "settlement", Meanings: []string{"Transaction flow architecture", "Banking > Transaction processing"}, Use: Weak, Line: 5},
		{Term: "C#", Meanings: []string{"c sharp"}, Line: 7},
		{Term: "負荷分散", Meanings: []string{"Load balancing"}, Line: 8},
	}
	if got := slices.Collect(v.All()); fmt.Sprint(got) != fmt.Sprint(want) || v.Len() != len(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestParseTalk(t *testing.T) {
	src := "they get charged twice\tPayment processing\nmy dog ate it\t -\n" + strings.Repeat("word ", 40) + "\tA; B\n" +
		"one\ttwo\tthree\nagain\t-\nagain\t-\n" + strings.Repeat("word ", 81) + "\t-\n\t-\nx\t\n"
	v, problems := ParseTalk([]byte(src), "talk.tsv")
	want := []Entry{
		{Term: "they get charged twice", Meanings: []string{"Payment processing"}, Use: Talk, Line: 1},
		{Term: "my dog ate it", Use: Talk, Line: 2},
		{Term: strings.TrimSpace(strings.Repeat("word ", 40)), Meanings: []string{"A", "B"}, Use: Talk, Line: 3},
		{Term: "again", Use: Talk, Line: 5},
	}
	if got := slices.Collect(v.All()); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	wrong := []string{
		"talk.tsv:4: there are 3 columns, not two; write what people say, tab, the topic that they mean, or -",
		`talk.tsv:6: the term "again" is on line 5 already`,
		"talk.tsv:7: the term is longer than 400 characters",
		"talk.tsv:8: there is no term",
		"talk.tsv:9: there is no meaning",
	}
	for i, p := range problems {
		if i >= len(wrong) || !strings.HasPrefix(p.Error(), wrong[i]) {
			t.Errorf("problem %d: %v", i, p)
		}
	}
	if len(problems) != len(wrong) {
		t.Errorf("%d problems, want %d", len(problems), len(wrong))
	}
}

func TestParseReports(t *testing.T) {
	long := strings.Repeat("x", 500)
	cases := map[string]struct{ line, want string }{
		"no tab":            {"k8s kubernetes", "v.tsv:3: there are 1 columns, not two or three; write term, tab, meaning, and after another tab perhaps weak"},
		"four columns":      {"a\tb\t\td", "there are 4 columns"},
		"no term":           {"\tkubernetes", "there is no term; write what people"},
		"no meaning":        {"k8s\t ", "there is no meaning; name a topic"},
		"empty meaning":     {"k8s\tkubernetes;", "a meaning is empty; take one ; out"},
		"meaning twice":     {"k8s\tkubernetes; Kubernetes", `the meaning "Kubernetes" is there twice`},
		"signs only":        {"++\tplus", `the term "++" has neither letter nor digit`},
		"same term":         {"Good  one\tmine", `v.tsv:3: the term "Good one" is on line 1 already; put all its meanings on one line`},
		"same but signs":    {"good-one\tmine", `the term "good-one" is on line 1 already`},
		"strength":          {"k8s\tkubernetes\tstrong", `nobody knows the strength "strong"; write weak or nothing`},
		"long term":         {long + "\tx", "the term is longer than 120 characters"},
		"long meaning":      {"x\t" + long, "the meaning is longer than 400 characters"},
		"many meanings":     {"x\ta;b;c;d;e;f;g;h;i", "there are more than 8 meanings"},
		"not UTF-8":         {"x\t\xff", "this line is not UTF-8; save the file as UTF-8"},
		"control character": {"x\ty\x00", "there is an invisible character (U+0000); take it out"},
		"joiner":            {"x\u200by\tz", "there is an invisible character (U+200B)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v, problems := Parse([]byte("good one\tfine\n\n"+c.line+"\nlast\tfine\n"), "v.tsv")
			if len(problems) != 1 || !strings.Contains(problems[0].Error(), c.want) {
				t.Errorf("got %v, want %q", problems, c.want)
			}
			if v.Len() != 2 {
				t.Errorf("%d entries serve, want the two good ones", v.Len())
			}
		})
	}
}

func TestParseIsBounded(t *testing.T) {
	v, problems := Parse([]byte(strings.Repeat("x", maxBytes+1)), "big.tsv")
	if v.Len() != 0 || len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), "big.tsv: 4194305 bytes are more") {
		t.Errorf("%d entries, %v", v.Len(), problems)
	}
	var b strings.Builder
	for i := range maxEntries + 2 {
		fmt.Fprintf(&b, "term %d\tx\n", i)
	}
	if v, problems := Parse([]byte(b.String()), "many.tsv"); v.Len() != maxEntries || len(problems) != 2 {
		t.Errorf("%d entries, %v", v.Len(), problems)
	}
	v, problems = Parse([]byte(strings.Repeat("wrong\n", 1000)), "wrong.tsv")
	if last := problems[len(problems)-1].Error(); v.Len() != 0 || len(problems) != maxProblems+1 || last != "wrong.tsv: 900 more problems; mend the ones above and look again" {
		t.Errorf("%d problems, the last is %s", len(problems), last)
	}
}

func TestEntriesAreTheCallersOwn(t *testing.T) {
	v, _ := Parse([]byte("a\tb\nc\td"), "v.tsv")
	for e := range v.All() {
		e.Meanings[0] = "changed"
	}
	for e := range v.All() {
		if e.Meanings[0] != "b" {
			t.Error("the vocabulary changed")
		}
		break
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("k8s\tkubernetes\nsettlement\tA > B; C\tweak\n# x\n\nbad\n"))
	f.Add([]byte("\uFEFFx\ty;;z\r\n\t\t\t\n\xff\t\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		v, problems := Parse(src, "v.tsv")
		lines := strings.Count(string(src), "\n") + 1
		if v.Len()+len(problems) > lines+1 {
			t.Errorf("%d entries and %d problems from %d lines", v.Len(), len(problems), lines)
		}
		seen := map[string]bool{}
		at := 0
		for e := range v.All() {
			if seen[key(e.Term)] || key(e.Term) == "" || len(e.Meanings) == 0 || e.Line <= at {
				t.Errorf("entry %+v", e)
			}
			seen[key(e.Term)], at = true, e.Line
		}
		var b strings.Builder
		for e := range v.All() {
			fmt.Fprintf(&b, "%s\t%s\n", e.Term, strings.Join(e.Meanings, "; "))
		}
		again, problems := Parse([]byte(b.String()), "again.tsv")
		if again.Len() != v.Len() {
			t.Errorf("%d entries, and %d when written and read again: %v", v.Len(), again.Len(), problems)
		}
		v.Check(func(string) []string { return nil })
		for e := range first(ParseTalk(src, "v.tsv")).All() {
			if e.Use != Talk || key(e.Term) == "" {
				t.Errorf("talk %+v", e)
			}
		}
	})
}

func first[T, U any](a T, _ U) T { return a }
