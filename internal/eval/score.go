package eval

import (
	"math"
	"slices"
)

// depth is how many topics of an answer are looked at.
const depth = 10

// outcome is what came of one labelled query. The three measures are of use for
// a query in scope only.
type outcome struct {
	labelled
	ranked []string // what was answered, each topic once
	p1     float64  // 1 when the first topic is right
	mrr    float64  // 1 over the rank of the first right topic
	ndcg   float64  // how near the order is to the best one
}

// judge compares an answer with the label.
func judge(q labelled, topics []Topic) outcome {
	o := outcome{labelled: q}
	for _, t := range topics {
		if !slices.Contains(o.ranked, t.ID) {
			o.ranked = append(o.ranked, t.ID)
		}
	}
	o.ranked = o.ranked[:min(len(o.ranked), depth)]
	if rank := o.rank(); rank > 0 {
		o.mrr = 1 / float64(rank)
		if rank == 1 {
			o.p1 = 1
		}
	}
	var gained, best float64
	for i, id := range o.ranked {
		gained += gain(q.want[id], i)
	}
	for i, grade := range q.want.descending() {
		if i < depth {
			best += gain(grade, i)
		}
	}
	if best > 0 {
		o.ndcg = gained / best
	}
	return o
}

// gain is what a topic of that grade is worth at a place, from 0.
func gain(grade, place int) float64 {
	return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(place+2))
}

// rank is the place of the first right topic, from 1; 0 when there is none.
func (o outcome) rank() int {
	for i, id := range o.ranked {
		if o.want[id] >= right {
			return i + 1
		}
	}
	return 0
}

func (o outcome) inScope() bool { return len(o.want) > 0 }
func (o outcome) refused() bool { return len(o.ranked) == 0 }

// ok tells whether the answer is right: the first topic, or the refusal.
func (o outcome) ok() bool {
	if o.inScope() {
		return o.p1 == 1
	}
	return o.refused()
}

// totals are the measures of several outcomes. What has nothing to be measured
// on is NaN.
type totals struct {
	n, in, out      int // all; in scope; out of scope
	p1, mrr, ndcg   float64
	wronglyRejected float64 // share of those in scope that were refused
	rejected        float64 // share of those out of scope that were refused
	precision       float64 // share of the refusals that were right
	f1              float64 // of refusing
	accuracy        float64 // share of all answers that were right
}

func total(outcomes []outcome) totals {
	t := totals{n: len(outcomes)}
	var refusedIn, refusedOut, good float64
	for _, o := range outcomes {
		good += count(o.ok())
		if !o.inScope() {
			t.out++
			refusedOut += count(o.refused())
			continue
		}
		t.in++
		t.p1, t.mrr, t.ndcg = t.p1+o.p1, t.mrr+o.mrr, t.ndcg+o.ndcg
		refusedIn += count(o.refused())
	}
	in, out := float64(t.in), float64(t.out)
	t.p1, t.mrr, t.ndcg = t.p1/in, t.mrr/in, t.ndcg/in
	t.wronglyRejected, t.rejected = refusedIn/in, refusedOut/out
	t.accuracy = good / float64(t.n)
	if refusedOut > 0 {
		t.precision = refusedOut / (refusedOut + refusedIn)
		t.f1 = 2 * refusedOut / (refusedOut + refusedIn + out)
	}
	return t
}

func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// wilson is the interval in which the true share lies with 95 % certainty when
// the share p was seen in n cases.
func wilson(p float64, n int) (low, high float64) {
	const z = 1.96
	if n == 0 {
		return 0, 0
	}
	m := float64(n)
	d := 1 + z*z/m
	middle := (p + z*z/(2*m)) / d
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m)) / d
	return middle - half, middle + half
}
