package dialogue

import (
	"os"
	"strings"
	"testing"
	"time"
)

// costly are messages that make much work, up to the longest that is read.
func costly() map[string]string {
	word := "the inventory of the payment gateway or cold wallets and how do I scale kubernetes with videos on caching? "
	return map[string]string{
		"more":          "more",
		"a name":        "load balancing",
		"a part":        "and the security part for that?",
		"a question":    "our services time out whenever one of them is slow, how do we keep the others alive?",
		"a comparison":  "hot or cold wallets?",
		"questions":     strings.Repeat(word, 6),
		"4000 letters":  strings.Repeat(word, 4000/len(word)+1)[:MaxText],
		"4000 of one":   strings.Repeat("a", MaxText),
		"4000 of short": strings.Repeat("a ", MaxText/2),
		"4000 of signs": strings.Repeat("?", MaxText),
		"4000 of and":   strings.Repeat("and or not ", MaxText/11),
		"4000 of Han":   strings.Repeat("视频", MaxText/2),
		"4000 of slips": strings.Repeat("invetory kuberntes. ", MaxText/20),
	}
}

// BenchmarkAnswer is what one message of a conversation costs over the embedded list.
func BenchmarkAnswer(b *testing.B) {
	_, c := Answer(embedded(), Context{}, Message{Text: "order management"})
	for name, text := range costly() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Answer(embedded(), c, Message{Text: text})
			}
		})
	}
}

// BenchmarkBegin is what the first message of a conversation costs, as people ask in a
// channel.
func BenchmarkBegin(b *testing.B) {
	for _, text := range []string{
		"how do I stop calls to a failing service?", "what do you have on crypto wallets?", "how does a cdn work?",
		"anything on load balancing for beginners?", "where do I start with kubernetes?",
	} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Answer(embedded(), Context{}, Message{Text: text})
			}
		})
	}
}

// maxTurn is how long one message may take.
const maxTurn = 5 * time.Millisecond

// TestTurnIsQuick holds the costly messages to what a message may take, where the
// machine has nothing else to do.
func TestTurnIsQuick(t *testing.T) {
	if os.Getenv("ARCHBOT_SOAK") == "" {
		t.Skip("set ARCHBOT_SOAK to measure on a quiet machine")
	}
	_, c := Answer(embedded(), Context{}, Message{Text: "order management"})
	for name, text := range costly() {
		best := time.Hour
		for range 20 {
			began := time.Now()
			Answer(embedded(), c, Message{Text: text})
			best = min(best, time.Since(began))
		}
		if best > maxTurn {
			t.Errorf("%s takes %v", name, best)
		}
	}
}
