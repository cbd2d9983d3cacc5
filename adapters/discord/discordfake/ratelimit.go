package discordfake

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// window counts what is let through in a span of time.
type window struct {
	began time.Time
	used  int
}

// bucket is the limit of one route for one channel or one interaction.
type bucket struct{ window }

// take counts one request; wait is how long it came too early.
func (w *window) take(now time.Time, most int, span time.Duration) (wait time.Duration) {
	if now.Sub(w.began) >= span {
		w.began, w.used = now, 0
	}
	if w.used >= most {
		return w.began.Add(span).Sub(now)
	}
	w.used++
	return 0
}

// limit holds a request to the global limit and to that of its bucket, and says in the
// headers where it stands. The lock is held.
func (s *Server) limit(w http.ResponseWriter, r *route, c *call) *apiError {
	now := time.Now()
	if !r.open { // interactions are not bound to the global limit
		if wait := s.global.take(now, s.config.RequestsPerSecond, time.Second); wait > 0 {
			return &apiError{status: http.StatusTooManyRequests, retryAfter: wait, scope: "global"}
		}
	}
	if r.bucket == "" {
		return nil
	}
	name := r.bucket + "/" + c.part["channel"] + c.part["guild"] + c.part["token"]
	b := s.buckets[name]
	if b == nil {
		b = &bucket{}
		s.buckets[name] = b
	}
	wait := b.take(now, s.config.PerBucket, s.config.BucketTime)
	h := w.Header()
	h.Set("X-RateLimit-Bucket", r.bucket)
	h.Set("X-RateLimit-Limit", strconv.Itoa(s.config.PerBucket))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(s.config.PerBucket-b.used))
	left := b.began.Add(s.config.BucketTime).Sub(now)
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", left.Seconds()))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(now.Add(left).UnixMilli())/1000))
	if wait > 0 {
		return &apiError{status: http.StatusTooManyRequests, retryAfter: wait, scope: "user"}
	}
	return nil
}

// throttled is the body of a 429, with its headers.
func throttled(w http.ResponseWriter, e *apiError) any {
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int((e.retryAfter+time.Second-1)/time.Second)))
	h.Set("X-RateLimit-Scope", e.scope)
	message := "You are being rate limited."
	switch e.scope {
	case "global":
		h.Set("X-RateLimit-Global", "true")
		h.Del("X-RateLimit-Remaining")
	case "shared":
		message = "The resource is being rate limited."
	}
	body := map[string]any{"message": message, "retry_after": e.retryAfter.Seconds(), "global": e.scope == "global"}
	if e.Code != 0 {
		body["code"], body["message"] = e.Code, e.Message
	}
	return body
}
