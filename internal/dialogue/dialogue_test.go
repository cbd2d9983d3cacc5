package dialogue

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"archbot/data"
	"archbot/internal/catalog"
	"archbot/internal/search"
	"archbot/internal/vocabulary"
)

// embedded is the list that comes along, with its words.
var embedded = sync.OnceValue(func() *search.Index {
	c, err := catalog.Parse(data.List(), catalog.Options{Name: "list.md"})
	if err != nil {
		panic(err)
	}
	terms, _ := vocabulary.Parse(data.Vocabulary(), data.VocabularyName)
	talk, _ := vocabulary.ParseTalk(data.Talk(), data.TalkName)
	return search.New(c, terms, talk)
})

// brief is what an act is, in a line: its intent, the end of its first topic's id, and
// what narrows it down.
func brief(a Act) string {
	s := string(a.Intent)
	if len(a.Topics) > 0 {
		id := string(a.Topics[0].Topic.ID)
		s += " " + id[strings.LastIndexByte(id, '/')+1:]
	}
	if f := a.Filter; f != (search.Filter{}) {
		s = strings.Join(append(strings.Fields(s), strings.Fields(fmt.Sprint(f.Kind, " ", f.Level))...), " ")
		if f.From != 0 || f.To != 0 {
			s += fmt.Sprintf(" %d-%d", f.From, f.To)
		}
	}
	if a.Page > 1 {
		s += fmt.Sprintf(" page %d", a.Page)
	}
	return s
}

// TestAnswer holds single messages to what they do, each after the ones before it in
// its line.
func TestAnswer(t *testing.T) {
	tests := []struct {
		said []string
		want string
	}{
		{[]string{"service mesh"}, "find service-mesh-architecture"},
		{[]string{"service mesh", "more"}, "more service-mesh-architecture page 2"},
		{[]string{"service mesh", "more", "next", "what else?"}, "more service-mesh-architecture page 4"},
		{[]string{"service mesh", "page 3"}, "more service-mesh-architecture page 3"},
		{[]string{"service mesh", "3rd page please"}, "more service-mesh-architecture page 3"},
		{[]string{"service mesh", "page 3", "previous page"}, "more service-mesh-architecture page 2"},
		{[]string{"service mesh", "any videos?"}, "filter service-mesh-architecture video"},
		{[]string{"service mesh", "articles", "more"}, "more service-mesh-architecture article page 2"},
		{[]string{"service mesh", "articles", "more articles"}, "more service-mesh-architecture article page 2"},
		{[]string{"service mesh", "articles", "and videos"}, "filter service-mesh-architecture video"},
		{[]string{"service mesh", "articles", "for beginners"}, "filter service-mesh-architecture article intro"},
		{[]string{"service mesh", "articles", "load balancing"}, "find load-balancing"},
		{[]string{"service mesh", "articles", "drop the filter"}, "filter service-mesh-architecture"},
		{[]string{"service mesh", "articles", "no articles"}, "filter service-mesh-architecture"},
		{[]string{"service mesh", "newer than 2018"}, "filter service-mesh-architecture 2019-0"},
		{[]string{"service mesh", "since 2018"}, "filter service-mesh-architecture 2018-0"},
		{[]string{"service mesh", "before 2018"}, "filter service-mesh-architecture 0-2017"},
		{[]string{"service mesh", "2018 or older"}, "filter service-mesh-architecture 0-2018"},
		{[]string{"service mesh", "between 2015 and 2018"}, "filter service-mesh-architecture 2015-2018"},
		{[]string{"service mesh", "2015-2018"}, "filter service-mesh-architecture 2015-2018"},
		{[]string{"service mesh", "in 2018"}, "filter service-mesh-architecture 2018-2018"},
		{[]string{"videos on kubernetes newer than 2018"}, "find kubernetes-architecture video 2019-0"},
		{[]string{"any videos?"}, "lost"},
		{[]string{"any videos?", "kubernetes"}, "find kubernetes-architecture video"},
		{[]string{"video transcoding"}, "find media-processing-pipeline"},
		{[]string{"an intro to smart contracts"}, "find smart-contract-architecture intro"},
		{[]string{"where do I start with kubernetes?"}, "start kubernetes-architecture"},
		{[]string{"kubernetes", "where do I start?"}, "start kubernetes-architecture"},
		{[]string{"what does core banking cover?"}, "covers core-banking-architecture"},
		{[]string{"core banking", "what does it cover?"}, "covers core-banking-architecture"},
		{[]string{"core banking", "what does it cover?", "the second"}, "find transaction-processing"},
		{[]string{"core banking", "accounts"}, "find account-management"},
		{[]string{"core banking", "accounts", "one level up"}, "up core-banking-architecture"},
		{[]string{"core banking", "accounts", "back"}, "back core-banking-architecture"},
		{[]string{"core banking", "accounts", "k8s", "go back to the first one"}, "back core-banking-architecture"},
		{[]string{"core banking", "accounts", "k8s", "back to accounts"}, "back account-management"},
		{[]string{"chatbot that remembers"}, "find context-management"},
		{[]string{"recommendations in a webshop"}, "find product-recommendations"},
		{[]string{"order processing"}, "find order-processing"},
		{[]string{"inventory", "the one in order management"}, "find inventory-management"},
		{[]string{"transaction processing", "the paypal one I mean"}, "find transaction-flow-architecture"},
		{[]string{"security patterns", "I meant for wallets"}, "find security-measures"},
		{[]string{"trading", "I meant core banking"}, "find core-banking-architecture"},
		{[]string{"inventory", "no, not that one"}, "find inventory-management"},
		{[]string{"cdn", "caching", "no, the other one"}, "back cdn-architecture"},
		{[]string{"product recs", "no, for content, not products"}, "find content-recommendation"},
		{[]string{"caching instead of cdn"}, "find cache-strategies"},
		{[]string{"how do I not lose messages in a chat?"}, "find messaging-systems"},
		{[]string{"real time", "the recommendation one"}, "find real-time-processing"},
		{[]string{"service discovery", "what is it for?"}, "find service-discovery"},
		{[]string{"order management", "payments", "back to the whole thing"}, "up order-management-system"},
		{[]string{"recommender systems"}, "find recommendation-systems"},
		{[]string{"key management", "for the hot wallet"}, "find key-management"},
		{[]string{"wallets", "the offline kind"}, "find offline-transaction-handling"},
		{[]string{"containers", "k8s"}, "find kubernetes-architecture"},
		{[]string{"service mesh", "no videos, articles"}, "filter service-mesh-architecture article"},
		{[]string{"service mesh", "articles instead of videos"}, "filter service-mesh-architecture article"},
		{[]string{"microservices", "how do they find each other?"}, "find service-discovery"},
		{[]string{"microservices", "how do they work?"}, "find microservices"},
		{[]string{"search for a product catalog", "category management", "ok back to search"}, "back search-architecture"},
		{[]string{"chatbots", "intents", "replies", "back to the start"}, "back chatbot-architecture"},
		{[]string{"core banking", "what goes well with this?"}, "related transaction-flow-architecture"},
		{[]string{"hot or cold wallets?"}, "compare hot-wallet-architecture"},
		{[]string{"websockets vs push notifications"}, "compare websocket-architecture"},
		{[]string{"compare AMM and liquidity pools"}, "compare automated-market-maker-amm"},
		{[]string{"do i need a queue or a database for order management?"}, "find order-management-system"},
		{[]string{"service mesh", "save the second one"}, "save"},
		{[]string{"service mesh", "tell me about the third"}, "detail service-mesh-architecture"},
		{[]string{"service mesh", "the ninth"}, "lost"},
		{[]string{"save the second one"}, "lost"},
		{[]string{"my reading list"}, "saved"},
		{[]string{"kubernetes", "send me this every monday"}, "subscribe kubernetes-architecture"},
		{[]string{"subscribe me to load balancing"}, "subscribe load-balancing"},
		{[]string{"hello"}, "talk"},
		{[]string{"thanks a lot!"}, "talk"},
		{[]string{"how are you?"}, "talk"},
		{[]string{"what can you do?"}, "help"},
		{[]string{"what are we talking about?"}, "talk"},
		{[]string{"best pizza in town"}, "outside"},
		{[]string{"service mesh", "best pizza in town", "more"}, "more service-mesh-architecture page 2"},
		{[]string{"service mesh", "thanks!", "videos?"}, "filter service-mesh-architecture video"},
		{[]string{"service mesh", "start over", "more"}, "lost"},
		{[]string{"more"}, "lost"},
		{[]string{"back"}, "lost"},
		{[]string{"one level up"}, "lost"},
		{[]string{"fintech", "one level up"}, "lost"},
		{[]string{"Service Mesh", "mehr"}, "more service-mesh-architecture page 2"},
		{[]string{"Service Mesh", "des vidéos ?"}, "filter service-mesh-architecture video"},
		{[]string{"Service Mesh", "videoları göster"}, "filter service-mesh-architecture video"},
		{[]string{"Service Mesh", "ещё"}, "more service-mesh-architecture page 2"},
		{[]string{"Service Mesh", "有视频吗"}, "filter service-mesh-architecture video"},
		{[]string{"Service Mesh", "もっと"}, "more service-mesh-architecture page 2"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.said, " | "), func(t *testing.T) {
			var c Context
			var acts []Act
			for _, text := range tt.said {
				acts, c = Answer(embedded(), c, Message{Text: text})
			}
			if len(acts) != 1 || brief(acts[0]) != tt.want {
				t.Errorf("answered with %q, want %q", briefs(acts), tt.want)
			}
		})
	}
}

func briefs(acts []Act) string {
	var out []string
	for _, a := range acts {
		out = append(out, brief(a))
	}
	return strings.Join(out, "; ")
}

// Several questions are answered in order; what belongs together is one.
func TestParts(t *testing.T) {
	for said, want := range map[string]string{
		"How do I balance load? And how do exchanges match orders?":              "find load-balancing; find order-matching-engine",
		"circuit breaking; service discovery; k8s":                               "find circuit-breaking; find service-discovery; find kubernetes-architecture",
		"What is a CDN? Any videos on that?":                                     "filter cdn-architecture video",
		"Hi! Thanks for yesterday. What is a CDN?":                               "find cdn-architecture",
		"We run a shop with 40,000 products. How do we organise the categories?": "find category-management",
		"How do banks stay compliant? We are a small one.":                       "find regulatory-compliance",
		"My chatbot forgets what was said. How can that be mended? Any papers?":  "filter context-management paper",
		"k8s? Save the first one!":                                               "find kubernetes-architecture; save",
	} {
		acts, _ := Answer(embedded(), Context{}, Message{Text: said})
		if got := briefs(acts); got != want {
			t.Errorf("%q is answered with %q, want %q", said, got, want)
		}
	}
}

// What a message says apart wins, and a topic said apart is where it is looked for.
func TestOptions(t *testing.T) {
	f := search.Filter{Kind: catalog.Book, Topic: "cloud-native/containerization"}
	acts, c := Answer(embedded(), Context{}, Message{Text: "videos on scaling", Filter: f, Page: 2})
	if got := brief(acts[0]); got != "find containerization book page 2" {
		t.Errorf("answered with %q", got)
	}
	acts, _ = Answer(embedded(), c, Message{Text: "more"})
	if got := brief(acts[0]); got != "more containerization book page 3" {
		t.Errorf("then more is %q", got)
	}
}

// The pages of a subject have all of its resources, each once.
func TestPages(t *testing.T) {
	var c Context
	seen := make(map[string]bool)
	acts, c := Answer(embedded(), c, Message{Text: "service mesh"})
	total := 0
	for page := 1; ; page++ {
		for _, p := range acts[0].Picks {
			if seen[p.Resource.URL] {
				t.Errorf("%s is on page %d again", p.Resource.URL, page)
			}
			seen[p.Resource.URL] = true
			total++
		}
		if !acts[0].More {
			break
		}
		acts, c = Answer(embedded(), c, Message{Text: "more"})
	}
	for _, r := range search.In(embedded().Catalog(), "cloud-native/microservices/service-mesh-architecture", search.Filter{}) {
		if !seen[r.URL] {
			t.Errorf("%s is on none of the pages", r.URL)
		}
	}
	if acts, _ = Answer(embedded(), c, Message{Text: "more"}); len(acts[0].Picks) > 0 || acts[0].More {
		t.Errorf("after %d of them: %q", total, acts[0].Say)
	}
}

// conversations are messages of all sorts, for tests that need many: about some topics,
// or about all of them with ARCHBOT_SOAK.
func conversations() [][]string {
	var all [][]string
	for i, topic := range embedded().Catalog().Topics {
		if os.Getenv("ARCHBOT_SOAK") == "" && i%7 != 0 {
			continue
		}
		all = append(all, []string{
			topic.Title, "more", "any videos?", "for beginners", "all kinds", "where do I start?", "what does it cover?", "what goes well with this?", "one level up", "back",
			"papers?", "tell me about the first", "since 2020", "everything", "something recent", "page 2", topic.Title + " vs load balancing", "more", "nonsense blah", "what are we talking about?",
		})
	}
	return all
}

// What an answer proposes to say next is understood.
func TestNext(t *testing.T) {
	for i, talk := range conversations() {
		var c Context
		for _, text := range talk {
			var acts []Act
			acts, c = Answer(embedded(), c, Message{Text: text, Seed: fmt.Sprint(i)})
			for _, quoted := range quotedIn(acts[0].Next) {
				then, _ := Answer(embedded(), c, Message{Text: quoted})
				if in := then[0].Intent; in == Lost || in == Outside || in == Talk {
					t.Errorf("after %q in %q it proposes %q, and answers that with %s %q", text, talk[0], quoted, in, then[0].Say)
				}
				if then[0].lists() && len(then[0].Picks) == 0 {
					t.Errorf("after %q in %q it proposes %q, for which there is nothing", text, talk[0], quoted)
				}
			}
		}
	}
}

// quotedIn are the parts of a text in quotation marks.
func quotedIn(s string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(s, "“")
		if !ok {
			return out
		}
		quoted, after, _ := strings.Cut(rest, "”")
		out, s = append(out, quoted), after
	}
}

// Sentences are whole: nothing is left to be filled in, and nothing was filled in with
// nothing.
func TestSentences(t *testing.T) {
	for i, talk := range conversations() {
		var c Context
		for _, text := range talk {
			var acts []Act
			acts, c = Answer(embedded(), c, Message{Text: text, Seed: fmt.Sprint(i)})
			for _, a := range acts {
				said := []string{a.Say}
				if a.Next != "" {
					said = append(said, a.Next)
				}
				for _, p := range a.Picks {
					said = append(said, p.Why)
				}
				for _, s := range said {
					if broken(s) {
						t.Errorf("after %q in %q: %q", text, talk[0], s)
					}
				}
			}
		}
	}
}

func broken(s string) bool {
	if s == "" || strings.TrimSpace(s) != s || strings.ContainsAny(s, "{}") || !strings.ContainsAny(s[len(s)-1:], ".:?!") {
		return true
	}
	for _, bad := range []string{"  ", " .", " ,", " :", "“”", ", in .", "under .", " of  "} {
		if strings.Contains(s, bad) {
			return true
		}
	}
	return false
}

// What is said for a resource is true of the list.
func TestReasonsAreTrue(t *testing.T) {
	list := embedded().Catalog()
	for i, talk := range conversations() {
		var c Context
		for _, text := range talk {
			var acts []Act
			acts, c = Answer(embedded(), c, Message{Text: text, Seed: fmt.Sprint(i)})
			for _, a := range acts {
				for _, p := range a.Picks {
					if wrong := falseReason(list, a, p); wrong != "" {
						t.Errorf("after %q in %q, of %q: %q, but %s", text, talk[0], p.Resource.Title, p.Why, wrong)
					}
				}
			}
		}
	}
}

// falseReason says what is wrong with what is said for a resource.
func falseReason(list *catalog.Catalog, a Act, p Pick) string {
	r := p.Resource
	why := strings.TrimSuffix(p.Why, ".")
	topics := func() []string {
		var out []string
		for _, id := range append([]catalog.TopicID{r.Topic}, r.Also...) {
			t, _ := list.Topic(id)
			out = append(out, t.Title)
		}
		return out
	}
	is := func(sayings ...string) bool {
		return slices.ContainsFunc(sayings, func(s string) bool {
			before, _, _ := strings.Cut(strings.TrimSuffix(s, "."), "{")
			return strings.HasPrefix(why, before)
		})
	}
	last := why[strings.LastIndexByte(why, ' ')+1:]
	switch {
	case is(whyIntro, whyEasy) && r.Level != catalog.Intro, is(whyHard) && r.Level != catalog.Advanced:
		return "its level is " + string(r.Level)
	case is(whyNewest, whyOldest):
		for _, other := range a.Picks {
			y := other.Resource.Year
			if y != 0 && (is(whyNewest) && y > r.Year || is(whyOldest) && y < r.Year) || last != fmt.Sprint(r.Year) {
				return fmt.Sprintf("there is one of %d, and it is of %d", y, r.Year)
			}
		}
	case is(whyWords):
		has := strings.Join(wordsOf(r.Title+" "+r.Description), " ")
		for _, w := range quotedIn(why) {
			if !strings.Contains(has, w) {
				return "it does not say " + w
			}
		}
	case is(whyAlso, whyChild, whyOther):
		if !slices.ContainsFunc(topics(), func(t string) bool { return strings.Contains(why, t) }) {
			return "it stands in " + strings.Join(topics(), ", ")
		}
	case is(whyOnly):
		n := 0
		for _, other := range a.Picks {
			if other.Resource.Kind == r.Kind {
				n++
			}
		}
		if n != 1 {
			return "there are more of them"
		}
	}
	return ""
}

// The same message in the same place of the same conversation is answered the same
// way, and another conversation may have other words.
func TestWordsVary(t *testing.T) {
	ways := make(map[string]bool)
	for i := range 20 {
		m := Message{Text: "service mesh", Seed: fmt.Sprint(i)}
		first, c := Answer(embedded(), Context{}, m)
		again, d := Answer(embedded(), Context{}, m)
		if first[0].Say != again[0].Say || string(c.Encode()) != string(d.Encode()) {
			t.Errorf("twice the same: %q and %q", first[0].Say, again[0].Say)
		}
		ways[first[0].Say] = true
	}
	if len(ways) < 4 {
		t.Errorf("there are %d ways to say it", len(ways))
	}
}

// Every phrase is found under its own words, and none is written in a way in which
// nobody can say it.
func TestPhrases(t *testing.T) {
	for _, p := range phrases {
		for text := range strings.SplitSeq(p.words, ",") {
			r := read(strings.TrimSpace(text))
			if len(r.tokens) == 0 {
				t.Errorf("a phrase of %v has no words: %q", p.cue, text)
				continue
			}
			if f := r.longest(0, func(c cue) bool { return c == p.cue }); f.to != len(r.tokens) && p.cue != page {
				t.Errorf("%q is not heard", text)
			}
		}
	}
}

// A list without anything is talked about as well.
func TestEmptyList(t *testing.T) {
	x := search.New(&catalog.Catalog{})
	var c Context
	for _, text := range conversations()[0] {
		var acts []Act
		if acts, c = Answer(x, c, Message{Text: text}); acts[0].Say == "" {
			t.Errorf("%q is not answered", text)
		}
	}
}
