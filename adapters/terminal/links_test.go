package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"archbot/internal/links"
)

// checked is a report with every verdict.
func checked() links.Report {
	at := func(line int, title, url string) links.Link {
		return links.Link{URL: url, Title: title, List: "my list.md", Line: line}
	}
	return links.Report{Findings: []links.Finding{
		{Link: at(3, "Fine", "https://example.com/fine"), Verdict: links.Fine, Status: 200},
		{Link: at(4, "Gone", "https://example.com/gone"), Verdict: links.Dead, Status: 404, Why: "it answers 404 Not Found", Took: 120 * time.Millisecond},
		{
			Link: at(50, "A title that is longer than a narrow terminal is wide, so that it goes on below", "https://gone.example/"), Verdict: links.Dead,
			Why: "there is no host gone.example",
		},
		{
			Link: at(6, "断路器模式：微服务架构中的故障隔离与恢复策略", "http://old.example/a/rather/long/address/that/does/not/fit/into/forty/cells"), Verdict: links.Moved,
			Status: 200, At: "https://new.example/", MovedTo: "https://new.example/",
			Why: "that is the front page of a site: see whether it is what the list means",
		},
		{Link: at(7, "Elsewhere", "http://example.com/a"), Verdict: links.Moved, Status: 200, At: "https://example.com/a", MovedTo: "https://example.com/a"},
		{Link: at(8, "Expired", "https://expired.example/"), Verdict: links.Certificate, Why: "its certificate is valid from 2019-05-06 to 2020-05-06 only"},
		{Link: at(9, "Late", "https://late.example/"), Verdict: links.Slow, Status: 200, Why: "it answers after 6.3s", Took: 6300 * time.Millisecond},
		{
			Link: at(10, "Closed", "http://members.example/"), Verdict: links.Unknown, Status: 403,
			At: "https://members.example/", MovedTo: "https://members.example/",
			Why: "it redirects to https://members.example/: it answers 403 Forbidden, though perhaps not to a browser",
		},
		{Link: at(11, "Not yet", "https://example.com/later"), Verdict: links.NotVisited},
	}}
}

func TestLinksGolden(t *testing.T) {
	for _, width := range []int{40, 80} {
		got := Links(View{Width: width}, checked())
		golden(t, fmt.Sprintf("links_%d.txt", width), got)
		for l := range strings.SplitSeq(got, "\n") {
			// An address is there to be copied, so it stays in one piece.
			if cells(l) > width && !strings.Contains(l, "://") {
				t.Errorf("%d cells in %q", cells(l), l)
			}
		}
	}
	painted := Links(View{Width: 80, Color: true, Links: true}, checked())
	golden(t, "links_painted.txt", strings.ReplaceAll(painted, "\x1b", "␛"))

	var b strings.Builder
	if err := Encode(&b, NewLinkReport(checked())); err != nil {
		t.Fatal(err)
	}
	golden(t, "links.json", b.String())
}

func TestNoLinks(t *testing.T) {
	if got := Links(View{Width: 80}, links.Report{}); got != "It has no links to visit.\n" {
		t.Errorf("%q", got)
	}
	if r := NewLinkReport(links.Report{}); r.Findings == nil {
		t.Error("no findings must be [] in JSON, not null")
	}
}

// A server chooses what redirects and errors say.
func TestLinksAreSafe(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202Egpj.exe\r\nsecond\tline\x00\xff"
	for _, verdict := range []links.Verdict{links.Dead, links.Moved, links.Certificate, links.Slow, links.Unknown} {
		r := links.Report{Findings: []links.Finding{{
			Link:    links.Link{URL: "https://example.com/" + evil, Title: evil, List: evil, Line: 1},
			Verdict: verdict, Why: evil, At: evil, MovedTo: "https://example.com/" + evil,
		}}}
		for _, v := range []View{{Width: 80}, {Width: 80, Links: true}} {
			got := strings.NewReplacer("\x1b]8;;", "", "\x1b\\", "").Replace(Links(v, r)) // our own links
			if i := strings.IndexFunc(got, unsafe); i >= 0 {
				t.Errorf("%s: %q is not safe", verdict, got[max(0, i-20):min(len(got), i+20)])
			}
		}
	}
	line := progressLine(links.Progress{Hosts: []string{evil}}, 200)
	if i := strings.IndexFunc(line, unsafe); i >= 0 {
		t.Errorf("%q is not safe", line)
	}
}

func TestProgressLine(t *testing.T) {
	now := links.Progress{Done: 12, Total: 340, Dead: 2, Hosts: []string{"github.com", "example.com", "martinfowler.com"}}
	for width, want := range map[int]string{
		79: "12 of 340 links, 2 dead: github.com, example.com, martinfowler.com",
		40: "12 of 340 links, 2 dead: github.com, ex…",
		20: "12 of 340 links, 2 …",
	} {
		if got := progressLine(now, width); got != want || cells(got) > width {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
	}
	if got := progressLine(links.Progress{Total: 1}, 79); got != "0 of 1 link, 0 dead" {
		t.Errorf("%q", got)
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, func(string) string { return "" })
	p.Show(links.Progress{Total: 1})
	p.Clear()
	if b.Len() > 0 {
		t.Errorf("printed %q", b.String())
	}
}
