package catalog

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// BenchmarkParse reads the largest real list with Parse, and with goldmark
// alone, which only makes a tree of it. The claim is a ratio of at most 1.3.
func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile(filepath.Join(os.Getenv(listsVariable), "Vincentqyw__cv-arxiv-daily.md"))
	if err != nil {
		b.Skip("set "+listsVariable+" to a directory of real lists:", err)
	}
	b.Run("goldmark alone", func(b *testing.B) {
		md := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			md.Parse(text.NewReader(src))
		}
	})
	b.Run("archbot", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(src, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
