package dialogue

import (
	"bytes"
	"strings"
	"testing"

	"archbot/internal/catalog"
	"archbot/internal/search"
)

// full is a context that has as much of everything as there may be.
func full(id int) Context {
	topic := catalog.TopicID(strings.Repeat("t", id))
	c := Context{turn: 9, filter: search.Filter{Kind: catalog.Video, Level: catalog.Intro, From: 2010, To: 2020}, page: 3, seen: 15, item: 2, offer: topic}
	for range maxPast {
		c.past = append(c.past, subject{topic, topic, strings.Repeat("q", maxQuery), true})
	}
	for i := range maxShown {
		c.shown = append(c.shown, uint64(i)<<40)
	}
	for range maxOthers {
		c.others = append(c.others, topic)
	}
	return c
}

func TestEncode(t *testing.T) {
	for name, c := range map[string]Context{"nothing": {}, "much": full(40), "short ids": full(1)} {
		t.Run(name, func(t *testing.T) {
			b := c.Encode()
			got, err := Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			if again := got.Encode(); !bytes.Equal(again, b) {
				t.Errorf("read and written again it is\n%q, not\n%q", again, b)
			}
			if len(got.past) != len(c.past) || got.filter != c.filter || got.page != c.page || got.item != c.item {
				t.Errorf("%+v became %+v", c, got)
			}
		})
	}
}

// However long the ids of a list are, a context fits where it is kept, and what the talk
// is about goes last.
func TestEncodeIsBounded(t *testing.T) {
	c := full(maxTopicID)
	b := c.Encode()
	if len(b) > MaxContext {
		t.Errorf("%d bytes", len(b))
	}
	got, err := Decode(b)
	if err != nil || len(got.past) == 0 || got.past[len(got.past)-1] != c.past[len(c.past)-1] {
		t.Errorf("left is %+v, %v", got.past, err)
	}
	if b := full(maxTopicID + 1).Encode(); len(b) > MaxContext {
		t.Errorf("ids that are too long take %d bytes", len(b))
	}
}

// Another version's context is not taken for one.
func TestDecodeOthers(t *testing.T) {
	good := full(10).Encode()
	for name, b := range map[string][]byte{
		"nothing": nil, "a newer version": append([]byte{version + 1}, good[1:]...), "an older version": append([]byte{version - 1}, good[1:]...),
		"cut off": good[:len(good)-1], "too much": append(bytes.Clone(good), 0), "text": []byte("hello"),
		"too long": append([]byte{version}, make([]byte, MaxContext)...),
	} {
		if c, err := Decode(b); err == nil || c.turn != 0 || c.past != nil {
			t.Errorf("%s is read as %+v", name, c)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(Context{}.Encode())
	f.Add(full(10).Encode())
	f.Add(full(10).Encode()[:50])
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Decode(c.Encode())
		if err != nil || !bytes.Equal(again.Encode(), c.Encode()) {
			t.Errorf("%q is not read as it was written: %v", b, err)
		}
		for _, text := range []string{"more", "the second one", "up", "back", "what are we talking about?", "save it", "videos"} {
			if acts, _ := Answer(embedded(), c, Message{Text: text}); len(acts) == 0 || acts[0].Say == "" {
				t.Errorf("%q has no answer in %q", text, b)
			}
		}
	})
}

// FuzzAnswer holds that no sequence of messages, one a line, goes without an answer or
// makes a context that cannot be kept.
func FuzzAnswer(f *testing.F) {
	for _, talk := range conversations()[:3] {
		f.Add(strings.Join(talk, "\n"))
	}
	f.Add("hot or cold wallets?\nthe cold one\nnot that one, the hot one\ncompare them")
	f.Add("page 99999999999999999999\nor\nvs\n?\n1.\n2020\nsince\nbetween 2020 and\n#\nsave\nthe\n")
	f.Add("有视频吗\n¿más?\nﬁlter\n\u0130\u0131\nа\u0301\n'’'")
	f.Fuzz(func(t *testing.T, talk string) {
		var c Context
		for i, text := range strings.Split(talk, "\n") {
			if i == 12 {
				break
			}
			var acts []Act
			acts, c = Answer(embedded(), c, Message{Text: text, Seed: talk[:min(len(talk), 3)]})
			if len(acts) == 0 || len(acts) > maxParts {
				t.Fatalf("%q has %d answers", text, len(acts))
			}
			for _, a := range acts {
				if a.Say == "" || len(a.Picks) > perPage && a.Intent != Save && a.Intent != Detail {
					t.Errorf("%q is answered with %+v", text, a)
				}
			}
			b := c.Encode()
			d, err := Decode(b)
			if err != nil || len(b) > MaxContext || !bytes.Equal(d.Encode(), b) {
				t.Fatalf("after %q the context cannot be kept: %d bytes, %v", text, len(b), err)
			}
			c = d
		}
	})
}

// A context outlives a change of the list: what is gone is not talked about.
func TestListChanges(t *testing.T) {
	_, c := Answer(embedded(), Context{}, Message{Text: "service mesh"})
	_, c = Answer(embedded(), c, Message{Text: "videos"})
	list, err := catalog.Parse([]byte("# Other\n\n## Cooking\n- [Soup](https://example.com/soup)\n"), catalog.Options{Name: "list.md"})
	if err != nil {
		t.Fatal(err)
	}
	x := search.New(list)
	for _, text := range []string{"more", "save the first one", "one level up", "what goes well with this?"} {
		if acts, _ := Answer(x, c, Message{Text: text}); acts[0].Intent != Lost {
			t.Errorf("%q is answered with %s %q", text, acts[0].Intent, acts[0].Say)
		}
	}
	if acts, _ := Answer(x, c, Message{Text: "cooking"}); brief(acts[0]) != "find cooking" {
		t.Errorf("the new list answers with %q", briefs(acts))
	}
}

// What Answer returns shares nothing with what it was given.
func TestContextIsAValue(t *testing.T) {
	_, c := Answer(embedded(), Context{}, Message{Text: "service mesh"})
	_, c = Answer(embedded(), c, Message{Text: "load balancing"})
	before := c.Encode()
	for _, text := range []string{"back", "circuit breaking", "hot or cold wallets?", "start over", "the second one", "one level up"} {
		Answer(embedded(), c, Message{Text: text})
		if !bytes.Equal(c.Encode(), before) {
			t.Fatalf("%q changed the context that it was given", text)
		}
	}
}
