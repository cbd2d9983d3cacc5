package catalog

import (
	"errors"
	"strings"
	"testing"
)

// TestNotAList shows that what is no list gets one error that says what it is
// and what to do (decision 12).
func TestNotAList(t *testing.T) {
	for name, test := range map[string]struct{ src, why string }{
		"empty":        {"", "it is empty"},
		"white space":  {" \n\t\r\n", "it is empty"},
		"only a mark":  {"\xef\xbb\xbf", "it is empty"},
		"empty utf-16": {"\xff\xfe", "it is empty"},
		"binary":       {"\x7fELF\x02\x01\x01\x00\x00\x00", "it is binary, not text"},
		"png":          {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "it is binary, not text"},
		"html":         {"<!DOCTYPE html>\n<html><body><ul><li><a href='https://a.example'>a</a></ul>", "it is an HTML or XML page"},
		"html, late":   {"\n<!-- saved -->\n<html lang=en>", "it is an HTML or XML page"},
		"xml":          {"<?xml version=\"1.0\"?><rss/>", "it is an HTML or XML page"},
		"json":         {`{"a": ["https://a.example"]}`, "it is JSON"},
		"json array":   {`[{"url": "https://a.example"}]`, "it is JSON"},
		"rest":         {"Awesome\n=======\n\n.. contents:: Topics\n\n* `a <https://a.example>`_ - A.\n* `b <https://b.example>`__\n", "it is reStructuredText"},
		"asciidoc":     {"= Awesome\n:toc:\n\n== Topic\n\n* https://a.example[a] - A.\n* link:b.adoc[b]\n", "it is AsciiDoc"},
		"too large":    {strings.Repeat("a", MaxBytes+1), "it is larger than 10 MiB"},
		"prose":        {"Just a few words.\n\nAnd some more.\n", "no topic and no entry could be read in it"},
		"malformed":    {strings.Repeat("][ ))( ## - [\n", 50), "no topic and no entry could be read in it"},
		"headings":     {"# A\n\n## B\n\n## C\n", "no topic and no entry could be read in it"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse([]byte(test.src), Options{Name: "some.md"})
			var notList *NotListError
			if !errors.As(err, &notList) {
				t.Fatalf("got %v, %v", c, err)
			}
			if !strings.HasPrefix(notList.Why, test.why) || notList.Fix == "" || !strings.HasPrefix(err.Error(), "some.md: "+test.why) {
				t.Errorf("got %v, want %s", err, test.why)
			}
		})
	}
}

// TestIsAList shows that a list is not mistaken for something else.
func TestIsAList(t *testing.T) {
	for name, src := range map[string]string{
		"begins with a link":    "[a](https://a.example)\n\n- [b](https://b.example)\n",
		"begins with a badge":   "[![x](y.svg)](https://a.example)\n# A\n- [b](https://b.example)\n",
		"begins with html":      "<div align=center>\n\n# A\n\n</div>\n\n- [b](https://b.example)\n",
		"has a form feed":       "# A\f\n- [b](https://b.example)\n",
		"has terminal escapes":  "# A\n- [\x1b[31mb](https://b.example)\n",
		"malformed all through": "- [a](https://a.example\n- [b] (https://b.example)\n- [c(https://c.example)\n",
	} {
		if _, err := Parse([]byte(src), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMalformedLines shows that each malformed line is named.
func TestMalformedLines(t *testing.T) {
	c := parse(t, "## A\n\n- [a](https://a.example\n- [b]()\n- [c](http://)\n- [d](<>)\n- [e](e f)\n")
	lines := map[int]bool{}
	for _, p := range c.Problems {
		if p.Severity == Error {
			lines[p.Line] = true
		}
	}
	for line := 3; line <= 7; line++ {
		if !lines[line] {
			t.Errorf("line %d is not reported: %v", line, c.Problems)
		}
	}
}
