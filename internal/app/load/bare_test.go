package load

import (
	"crypto/hmac"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// What a fixed server answers, and the secret that deliveries to it are signed with.
const (
	bareAnswer = "ARCHBOT_LOAD_ANSWER"
	bareSecret = "ARCHBOT_LOAD_SECRET"
)

// bare answers what Slack has signed with the same each time, until standard input
// ends. It says on standard output where it listens.
func bare() error {
	secret, answer := os.Getenv(bareSecret), []byte(os.Getenv(bareAnswer))
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+commands, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil || !signed(r.Header, secret, body) {
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(answer)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	fmt.Println(listener.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// signed reports whether Slack has signed a body within the last five minutes.
func signed(h http.Header, secret string, body []byte) bool {
	stamp := h.Get("X-Slack-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	return hmac.Equal([]byte(h.Get("X-Slack-Signature")), []byte(slackSignature(secret, stamp, body)))
}
