package eval

import (
	"math"
	"testing"
)

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b)
}

func TestJudge(t *testing.T) {
	best := math.Log2(3) // what the second place is divided by
	tests := []struct {
		name          string
		want          grades
		answer        []string
		p1, mrr, ndcg float64
		ok            bool
	}{
		{"the topic", grades{"a": 3}, []string{"a"}, 1, 1, 1, true},
		{"a good topic", grades{"a": 3, "b": 2}, []string{"b"}, 1, 1, 3 / (7 + 3/best), true},
		{"in the best order", grades{"a": 3, "b": 2, "c": 1}, []string{"a", "b", "c"}, 1, 1, 1, true},
		{"after an acceptable one", grades{"a": 3, "b": 1}, []string{"b", "a"}, 0, 0.5, (1 + 7/best) / (7 + 1/best), false},
		{"in the third place", grades{"a": 2}, []string{"x", "y", "a"}, 0, 1.0 / 3, 0.5, false},
		{"a topic twice counts once", grades{"a": 2}, []string{"x", "x", "x", "a"}, 0, 0.5, 1 / best, false},
		{"an acceptable one alone", grades{"a": 3, "b": 1}, []string{"b"}, 0, 0, 1 / (7 + 1/best), false},
		{"too far down", grades{"a": 3}, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"}, 0, 0, 0, false},
		{"wrong", grades{"a": 3}, []string{"x"}, 0, 0, 0, false},
		{"wrongly rejected", grades{"a": 3}, nil, 0, 0, 0, false},
		{"rejected", grades{}, nil, 0, 0, 0, true},
		{"wrongly answered", grades{}, []string{"x"}, 0, 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var topics []Topic
			for _, id := range tt.answer {
				topics = append(topics, Topic{ID: id})
			}
			o := judge(labelled{want: tt.want}, topics)
			if !near(o.p1, tt.p1) || !near(o.mrr, tt.mrr) || !near(o.ndcg, tt.ndcg) || o.ok() != tt.ok {
				t.Errorf("P@1 %v, MRR %v, nDCG %v, ok %v; want %v, %v, %v, %v", o.p1, o.mrr, o.ndcg, o.ok(), tt.p1, tt.mrr, tt.ndcg, tt.ok)
			}
		})
	}
}

func TestTotal(t *testing.T) {
	in := func(answer ...Topic) outcome { return judge(labelled{want: grades{"a": 3}}, answer) }
	out := func(answer ...Topic) outcome { return judge(labelled{}, answer) }
	a, x := Topic{ID: "a"}, Topic{ID: "x"}
	none := math.NaN()
	tests := []struct {
		name                                             string
		outcomes                                         []outcome
		p1, mrr, wrongly, rejected, precision, f1, right float64
	}{
		{"all right", []outcome{in(a), out()}, 1, 1, 0, 1, 1, 1, 1},
		{"all wrong", []outcome{in(x), out(x)}, 0, 0, 0, 0, 0, 0, 0},
		{"always silent", []outcome{in(), in(), in(), out()}, 0, 0, 1, 1, 0.25, 0.4, 0.25},
		{"never silent", []outcome{in(x, a), in(a), out(x), out(x)}, 0.5, 0.75, 0, 0, 0, 0, 0.25},
		{"some of each", []outcome{in(a), in(), in(x), in(a), out(), out(), out(x)}, 0.5, 0.5, 0.25, 2.0 / 3, 2.0 / 3, 2.0 / 3, 4.0 / 7},
		{"all in scope", []outcome{in(a), in()}, 0.5, 0.5, 0.5, none, 0, 0, 0.5},
		{"all out of scope", []outcome{out(), out(x)}, none, none, none, 0.5, 1, 2.0 / 3, 0.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := total(tt.outcomes)
			for _, m := range []struct {
				name      string
				got, want float64
			}{
				{"P@1", got.p1, tt.p1},
				{"MRR", got.mrr, tt.mrr},
				{"wrongly rejected", got.wronglyRejected, tt.wrongly},
				{"rejected", got.rejected, tt.rejected},
				{"precision", got.precision, tt.precision},
				{"F1", got.f1, tt.f1},
				{"accuracy", got.accuracy, tt.right},
			} {
				if !near(m.got, m.want) {
					t.Errorf("%s is %v, want %v", m.name, m.got, m.want)
				}
			}
		})
	}
}

// An id stays in its half, or numbers of different days could not be compared.
func TestHalves(t *testing.T) {
	for id, want := range map[string]string{"dea4572b2": "[half 2]", "d678cd23b": "[half 1]", "fd01": "[half 1]", "": "[half 2]"} {
		if got := halfOf(id); got != want {
			t.Errorf("%q is in %s, want %s", id, got, want)
		}
	}
}
