package search

import "math"

// How leanings count in a score.
const (
	leanWorth    = 0.8  // of what is missing to a whole score, when everything leans to a topic
	leanLoss     = 1.1  // when everything leans to nothing of the list
	sureness     = 0.9  // of a text that the query says in full: the part of that which it takes away
	enoughLeans  = 0.7  // weight that has to lean, in weights of the rarest word
	broadLeans   = 0.9  // what is left for a topic with two levels below it, and again for each more
	onlyOneLeans = 0.25 // what is left when just one word leans to a topic
)

// evidence is what the words of a query lean to, topic by topic.
type evidence struct {
	forIt   []float32 // weight of the words that lean to a topic, each as far as it does
	excused []float32 // the part of against that leans to this topic no less
	words   []int32   // how many lean to it
	against float32   // weight of the words that lean to nothing of the list
	room    float32   // what these weights are to be measured with
	focus   []float32 // the index's

	most []float32 // of one word, while its senses are looked at
	best []leaning
}

func newEvidence(topics int) evidence {
	return evidence{
		forIt: make([]float32, topics+1), excused: make([]float32, topics+1),
		words: make([]int32, topics+1), most: make([]float32, topics+1),
	}
}

// weighLeanings adds up what the terms lean to.
func (x *Index) weighLeanings(e *evidence, a asked) {
	clear(e.forIt)
	clear(e.excused)
	clear(e.words)
	e.against, e.room, e.focus = 0, 1, x.focus
	if a.wholly {
		return
	}
	all, nothing := x.leanings(), len(x.titles)
	var whole float32
	for _, t := range a.terms {
		whole += t.weight
		own := all[t.stem]
		e.look(own, 1)
		for _, s := range t.senses {
			if len(own) == 0 || s.quality >= trusted {
				e.look(all[x.lexicon.stemOf[s.word]], s.quality)
			}
		}
		no := e.most[nothing]
		e.against += t.weight * no * no
		for _, l := range e.best {
			yes := e.most[l.topic]
			e.forIt[l.topic] += t.weight * yes
			e.excused[l.topic] += t.weight * min(no*no, yes*yes)
			e.words[l.topic]++
			e.most[l.topic] = 0
		}
		e.best = e.best[:0]
	}
	e.room = float32(math.Sqrt(float64(whole * enoughLeans * x.rarity(0))))
}

// look keeps the best that the senses of a word say for each topic.
func (e *evidence) look(list []leaning, quality float32) {
	for _, l := range list {
		if e.most[l.topic] == 0 {
			e.best = append(e.best, l)
		}
		e.most[l.topic] = max(e.most[l.topic], l.share*quality)
	}
}

// score is what the score of a topic's texts becomes with what the words lean to.
// A text that the query says leaves little room either way.
func (e *evidence) score(topic int32, texts float32) float32 {
	yes := min(1, e.forIt[topic]/e.room)
	if e.words[topic] == 1 {
		yes *= onlyOneLeans
	}
	yes *= e.focus[topic]
	no := (e.against - e.excused[topic]) / e.room
	return texts + (1-texts)*leanWorth*yes - (1-sureness*texts*texts)*leanLoss*no
}

// focuses returns what a topic keeps of what leans to it. Whoever describes
// something without naming it means something narrow: the words of all that is
// below a domain lean to the domain, too.
func (x *Index) focuses() []float32 {
	below := make([]int, len(x.titles)) // levels
	for i := len(x.titles) - 1; i >= 0; i-- {
		if above := x.parents[i]; above >= 0 {
			below[above] = max(below[above], below[i]+1)
		}
	}
	focus := make([]float32, len(below))
	for i, levels := range below {
		focus[i] = float32(math.Pow(broadLeans, float64(max(0, levels-1))))
	}
	return focus
}
