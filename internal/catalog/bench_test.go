package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// largestList is the largest of the real lists, 1.7 MB of tables.
const largestList = "Vincentqyw__cv-arxiv-daily.md"

// BenchmarkParse reads the largest real list with goldmark alone, which makes a
// tree of it, and with Parse, which makes a catalog. "side by side" takes them
// by turns, so that a noisy machine is noisy for both, and reports how many
// times goldmark's time ours is, by the median of each; the goal is 1.3.
func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile(filepath.Join(os.Getenv(listsVariable), largestList))
	if err != nil {
		b.Skip("set "+listsVariable+" to a directory of real lists:", err)
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	b.Run("goldmark alone", func(b *testing.B) { throughput(b, src, func() { goldmarkAlone(markdown, src) }) })
	b.Run("archbot", func(b *testing.B) { throughput(b, src, func() { readCatalog(b, src) }) })
	b.Run("side by side", func(b *testing.B) {
		var theirs, ours []time.Duration
		for b.Loop() {
			began := time.Now()
			goldmarkAlone(markdown, src)
			between := time.Now()
			readCatalog(b, src)
			theirs, ours = append(theirs, between.Sub(began)), append(ours, time.Since(between))
		}
		b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-goldmark")
	})
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func throughput(b *testing.B, src []byte, read func()) {
	b.Helper()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		read()
	}
}

func goldmarkAlone(p parser.Parser, src []byte) { p.Parse(text.NewReader(src)) }

func readCatalog(b *testing.B, src []byte) {
	b.Helper()
	if _, err := Parse(src, Options{}); err != nil {
		b.Fatal(err)
	}
}
