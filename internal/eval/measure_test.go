package eval

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small is a labelled set with something of everything.
const small = `qid	surface	class	query	relevant	note
q1	search	exact	caching	data/caching=3;data=1	
q2	search	exact	cache	data/caching=3;data/store=2;data=1	
q3	question	question	where do I keep hot data?	data/caching=3;data=1	
q4	question	question	how do I lose data?	data/backups=3	
q5	search	nonenglish	önbellek	data/caching=3	tr: caching
q6	search	oos	cash	NONE	trap: caching
q7	question	oos	good morning	NONE	hr/chat
q8	search	oos	asdf	NONE	gibberish; keys
`

// answerSmall is a search that is right about half of small.
func answerSmall(_ context.Context, q Query) (Answer, error) {
	ids := map[string]string{
		"caching":                   "data/caching data",
		"cache":                     "data data/store data/store data/caching",
		"where do I keep hot data?": "data/caching",
		"how do I lose data?":       "",
		"önbellek":                  "web",
		"cash":                      "data/caching",
	}
	var a Answer
	for _, id := range strings.Fields(ids[q.Text]) {
		a.Topics = append(a.Topics, Topic{ID: id})
	}
	return a, nil
}

const smallTable = `class             n     P@1  MRR@10  nDCG@10  wrongly rejected  oos rejected
exact             2   0.500   0.750    0.840             0.000           -
question          2   0.500   0.500    0.459             0.500           -
nonenglish        1   0.000   0.000    0.000             0.000           -
oos               3     -       -        -                 -           0.667
 oos:gibberish    1     -       -        -                 -           1.000
 oos:hr/chat      1     -       -        -                 -           1.000
 oos:trap         1     -       -        -                 -           0.000
[search]          5   0.333   0.500    0.560             0.000         0.500
[question]        3   0.500   0.500    0.459             0.500         1.000
[half 1]          4   0.000   0.250    0.340             0.500         0.500
[half 2]          4   0.667   0.667    0.639             0.000         1.000
CORE              7   0.500   0.625    0.649             0.250         0.667
ALL               8   0.400   0.500    0.520             0.200         0.667
[half 1]: accuracy 0.250 (top hit right, or out-of-scope rejected)  P@1 0.000 [95% 0.000-0.658]  no-answer P 0.500 R 0.500 F1 0.500
[half 2]: accuracy 0.750 (top hit right, or out-of-scope rejected)  P@1 0.667 [95% 0.208-0.939]  no-answer P 1.000 R 1.000 F1 1.000
CORE: accuracy 0.571 (top hit right, or out-of-scope rejected)  P@1 0.500 [95% 0.150-0.850]  no-answer P 0.667 R 0.667 F1 0.667
ALL: accuracy 0.500 (top hit right, or out-of-scope rejected)  P@1 0.400 [95% 0.118-0.769]  no-answer P 0.667 R 0.667 F1 0.667
`

const smallCases = `1	q1	exact	"caching"
2 after data	q2	exact	"cache"
1	q3	question	"where do I keep hot data?"
refused, wrongly	q4	question	"how do I lose data?"
wrong: web	q5	nonenglish	"önbellek"
wrong: data/caching	q6	oos	"cash"
refused	q7	oos	"good morning"
refused	q8	oos	"asdf"
`

const smallDialogues = `split	did	turn	action	message	relevant	kind	page	level	note
dev	d1	1	new	caching	data/caching=3;data=2	any	1	any	
dev	d1	2	more	more	data/caching=3;data=2	any	2	any	
dev	d1	3	none	thanks	NONE	-	-	-	
dev	d2	1	new	stores	data/store=3;data=1	any	1	any	
dev	d2	2	filter	videos for beginners	data/store=3;data=1	video	1	beginner	
dev	d2	3	filter	advanced ones	data/store=3;data=1	any	1	advanced	
dev	d2	4	none	lovely weather	NONE	-	-	-	
`

// converseSmall goes through d1 without a fault and fails in d2.
func converseSmall(_ context.Context, t Turn) (TurnAnswer, error) {
	on := func(topic, kind string, page int, level string) TurnAnswer {
		return TurnAnswer{Answer: Answer{Topics: []Topic{{ID: topic}}}, Kind: kind, Page: page, Level: level}
	}
	switch t.Message {
	case "caching":
		return on("data", Any, 1, Any), nil
	case "more":
		return on("data/caching", Any, 2, Any), nil
	case "stores":
		return on("data", Any, 1, Any), nil
	case "videos for beginners":
		return on("data/store", Any, 2, "beginner"), nil
	case "lovely weather":
		return on("web", "video", 7, Any), nil
	}
	return TurnAnswer{Kind: Any, Page: 1, Level: Any}, nil
}

const smallDialogueTable = `action        n   topic    kind    page   joint
new           2   0.500   1.000   1.000   0.500
more          1   1.000   1.000   1.000   1.000
filter        2   0.500   0.500   0.500   0.000
none          2   0.500   1.000   1.000   0.500
later         5   0.600   0.800   0.800   0.400
[half 1]      3   1.000   1.000   1.000   1.000
[half 2]      4   0.250   0.750   0.750   0.000
ALL           7   0.571   0.857   0.857   0.429
dialogue success (every turn's topic, kind and page right): 1/2 = 0.500 [95% 0.095-0.905]
level right (optional, outside the success rate): 1/2
`

const smallDialogueCases = `right	d1.1	new	"caching"
right	d1.2	more	"more"
right	d1.3	none	"thanks"
wrong: topic data	d2.1	new	"stores"
wrong: kind any, page 2	d2.2	filter	"videos for beginners"
wrong: topic nothing, level any	d2.3	filter	"advanced ones"
wrong: topic web	d2.4	none	"lovely weather"
`

// The tables were compared with those of a scorer of another make, which has no
// halves; the measures are worked out by hand in TestJudge and TestTotal.
func TestMeasure(t *testing.T) {
	isTopic := func(id string) bool { return strings.HasPrefix(id, "data") && id != "data/backups" }
	tests := []struct {
		name, set string
		want      Report
	}{
		{"queries", small, Report{smallTable, smallCases, []string{"data/backups"}}},
		{"dialogues", smallDialogues, Report{smallDialogueTable, smallDialogueCases, nil}},
		{"the least that is needed", "relevant\tquery\na=3\tcaching\n\nNONE\tcash\n", Report{
			Table: leastTable,
			Cases: "wrong: data/caching\tline-2\tquery\t\"caching\"\nwrong: data/caching\tline-4\tquery\t\"cash\"\n", Unknown: []string{"a"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Measure(t.Context(), strings.NewReader(tt.set), "set.tsv", Bot{answerSmall, converseSmall}, isTopic)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

const leastTable = `class             n     P@1  MRR@10  nDCG@10  wrongly rejected  oos rejected
query             2   0.000   0.000    0.000             0.000         0.000
 oos:             1     -       -        -                 -           0.000
[search]          2   0.000   0.000    0.000             0.000         0.000
[half 1]          2   0.000   0.000    0.000             0.000         0.000
CORE              2   0.000   0.000    0.000             0.000         0.000
ALL               2   0.000   0.000    0.000             0.000         0.000
[half 1]: accuracy 0.000 (top hit right, or out-of-scope rejected)  P@1 0.000 [95% 0.000-0.793]  no-answer P 0.000 R 0.000 F1 0.000
CORE: accuracy 0.000 (top hit right, or out-of-scope rejected)  P@1 0.000 [95% 0.000-0.793]  no-answer P 0.000 R 0.000 F1 0.000
ALL: accuracy 0.000 (top hit right, or out-of-scope rejected)  P@1 0.000 [95% 0.000-0.793]  no-answer P 0.000 R 0.000 F1 0.000
`

func TestMeasureFails(t *testing.T) {
	const queries, dialogues = "qid\tsurface\tquery\trelevant\n", "did\tturn\taction\tmessage\trelevant\tkind\tpage\tlevel\n"
	tests := []struct{ name, set, want string }{
		{"nothing", "", "set.tsv: there is nothing in it"},
		{"no queries", queries, "set.tsv: there is nothing in it"},
		{"no label", "query\nx\n", "set.tsv:1: no column is called relevant"},
		{"no query", "relevant\nNONE\n", "set.tsv:1: no column is called query"},
		{"too few columns", queries + "q1\tsearch\tx\n", "set.tsv:2: 3 columns, not the 4 of the first line"},
		{"no grade", queries + "q1\tsearch\tx\ta\n", `set.tsv:2: "a" is no label: write topic=grade;topic=grade, or NONE`},
		{"an empty label", queries + "q1\tsearch\tx\t\n", `set.tsv:2: "" is no label`},
		{"an unknown grade", queries + "q1\tsearch\tx\ta=4\n", `set.tsv:2: the grade of a is "4": it must be 1, 2 or 3`},
		{"an unknown surface", queries + "q1\temail\tx\tNONE\n", `set.tsv:2: the surface must be "search" or "question"`},
		{"an id twice", queries + "q1\t\tx\tNONE\nq1\t\ty\tNONE\n", "set.tsv:3: a second query is called q1"},
		{"a line too long", queries + strings.Repeat("x", MaxLine+1), "set.tsv:2: longer than 1 MiB"},
		{"the bot fails", queries + "q7\t\tfail\tNONE\n", "q7: the bot failed"},
		{"half a dialogue", "did\trelevant\nd1\tNONE\n", "set.tsv:1: no column is called turn"},
		{"no turn", dialogues + "d1\tx\tnew\tx\tNONE\tany\t1\tany\n", `set.tsv:2: the turn is "x": it must be a number`},
		{"no page", dialogues + "d1\t1\tnew\tx\ta=3\tany\t-\tany\n", `set.tsv:2: the page is "-": it must be a number`},
		{"a turn twice", dialogues + "d1\t1\tnew\tx\ta=3\tany\t1\tany\nd1\t1\tnew\tx\ta=3\tany\t1\tany\n", "set.tsv:3: this turn is there twice"},
		{"the bot fails in a dialogue", dialogues + "d1\t3\tnew\tfail\ta=3\tany\t1\tany\n", "d1.3: the bot failed"},
	}
	fail := func(_ context.Context, t Turn) (TurnAnswer, error) {
		return TurnAnswer{}, errors.New("the bot failed")
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Measure(t.Context(), strings.NewReader(tt.set), "set.tsv", Bot{echo, fail}, func(string) bool { return true })
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("Measure = %v, want %s", err, tt.want)
			}
		})
	}
}

// FuzzMeasure shows that no labelled set panics, and that a fault has its line.
func FuzzMeasure(f *testing.F) {
	f.Add(small)
	f.Add(smallDialogues)
	for _, s := range []string{"", "\t\n\t", "query\trelevant\na\tb=1;c=3", "did\tquery\n\t", "query\tquery\trelevant\n\t\tNONE"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, set string) {
		report, err := Measure(t.Context(), strings.NewReader(set), "set", Bot{Search: answerSmall, Converse: converseSmall}, func(string) bool { return true })
		if err == nil && (report.Table == "" || report.Cases == "") || err != nil && !strings.HasPrefix(err.Error(), "set:") {
			t.Errorf("%+v, %v", report, err)
		}
	})
}
