package catalog

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// sniffBytes refuses what is no text at all.
func sniffBytes(src []byte) (why, fix string) {
	switch {
	case len(src) > MaxBytes:
		return "it is larger than 10 MiB", "split it into several lists; archbot merges them"
	case len(bytes.TrimSpace(src)) == 0:
		return "it is empty", "give a Markdown list with headings and linked entries"
	case isUTF16(src):
		return "", ""
	}
	head := src[:min(len(src), 64<<10)]
	if bytes.IndexByte(src, 0) >= 0 || countControl(head)*20 > len(head) {
		return "it is binary, not text", "give the Markdown file itself"
	}
	return "", ""
}

func isUTF16(src []byte) bool {
	return bytes.HasPrefix(src, []byte{0xff, 0xfe}) || bytes.HasPrefix(src, []byte{0xfe, 0xff})
}

func countControl(src []byte) int {
	n := 0
	for _, c := range src {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			n++
		}
	}
	return n
}

var (
	htmlStart = regexp.MustCompile(`(?is)^\s*(<!--.*?-->\s*)*(<\?xml|<!doctype|<html|<head)`)
	// What reStructuredText has and Markdown has not: directives and targets at
	// the start of a line, and links written `text <address>`_.
	restructured = regexp.MustCompile("(?m)^\\.\\. (_[^\\n]+:|[a-zA-Z-]+::)|`[^`\\n<]+ <[^>\\n]+>`_")
	// AsciiDoc's titles and links.
	asciidoc     = regexp.MustCompile(`(?m)^(={1,5} \S|:[a-z-]+:( |$)|\* ?(link:)?https?://\S+\[)`)
	markdownLink = regexp.MustCompile(`\]\([^)\n]+\)`)
)

// sniffText refuses text that is plainly some other format, by its own name:
// reading it as Markdown would find nothing, or nonsense.
func sniffText(text string) (why, fix string) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return "it is empty", "give a Markdown list with headings and linked entries"
	}
	if htmlStart.MatchString(trimmed[:min(len(trimmed), 4096)]) {
		return "it is an HTML or XML page, not Markdown",
			"give the raw Markdown file; on GitHub, the address behind the Raw button"
	}
	if (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(trimmed)) {
		return "it is JSON, not Markdown", "give the Markdown file that people read"
	}
	head := text[:min(len(text), 8<<10)] // enough to tell formats apart
	links := len(markdownLink.FindAllStringIndex(head, 8))
	if n := len(restructured.FindAllStringIndex(head, 8)); n >= 2 && n > links {
		return "it is reStructuredText, not Markdown", "convert it first, for instance with pandoc -f rst -t gfm"
	}
	if n := len(asciidoc.FindAllStringIndex(head, 8)); n >= 2 && n > links {
		return "it is AsciiDoc, not Markdown", "convert it first, for instance with asciidoctor and pandoc"
	}
	if strings.Count(text, string(utf8.RuneError))*10 > len(text) {
		return "hardly any of it could be read as text", "save it as UTF-8"
	}
	return "", ""
}
