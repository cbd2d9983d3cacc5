package slack

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archbot/internal/bot"
	"archbot/internal/store/memory"
)

// asked are commands as people type them.
var asked = []string{
	"circuit breaking", "search load balancing kind:article", "how do I stop calls to a failing service?", "kubernets scaling",
	"topic cdn architecture", "search crypto wallets", "who is online", "sourdough bread", "event sourcing", "help",
}

// bare only checks the signature, and answers the same each time.
func bare(answer []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil || verify(r.Header, body, testSecret) != nil {
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(answer)
	})
}

// Signed commands over HTTP, beside a handler that only checks the signature and
// returns a fixed answer of the same size.
func BenchmarkCommands(b *testing.B) {
	w := newWorld(b, bot.Config{State: memory.New(time.Now), Limits: bot.Limits{Workspace: bot.Rate{Every: 10 * time.Microsecond, Burst: 10_000}}})
	h := unattended(b, w).Handler()
	answers := 0
	for _, line := range asked {
		answers += post(b, h, PathCommands, formBody, aCommand(line), testSecret, time.Now()).Body.Len()
	}
	b.Run("bare", func(b *testing.B) { load(b, bare([]byte(strings.Repeat("x", answers/len(asked))))) })
	b.Run("archbot", func(b *testing.B) { load(b, h) })
}

// load posts commands as fast as they are answered.
func load(b *testing.B, h http.Handler) {
	b.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := aCommandBy(int(n.Add(1)))
			r, err := http.NewRequest(http.MethodPost, server.URL+PathCommands, strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Content-Type", formBody)
			sign(b, r, body, testSecret, time.Now())
			resp, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
				b.Errorf("%d %v", resp.StatusCode, err)
			}
			_ = resp.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// aCommandBy is the nth command of many people in many channels.
func aCommandBy(n int) string {
	return strings.NewReplacer("U1", fmt.Sprintf("U%d", n%997), "C1", fmt.Sprintf("C%d", n%89), "1.2.3", fmt.Sprintf("%d.1", n)).
		Replace(aCommand(asked[n%len(asked)]))
}
