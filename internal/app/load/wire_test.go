package load

import (
	"bufio"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// What bodies are, by their Content-Type.
const (
	formBody = "application/x-www-form-urlencoded"
	jsonBody = "application/json"
)

// wire is one connection to a server that is kept. It costs less than a client of
// net/http, which would have to share the machine with the server.
type wire struct {
	host string
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

// patience is how long an answer may take before it counts as none.
const patience = 30 * time.Second

func dial(host string) (*wire, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	return &wire{host: host, conn: conn, in: bufio.NewReaderSize(conn, 32<<10)}, nil
}

// post sends a request and reads the response. The headers are whole lines.
func (w *wire) post(path, kind, headers string, body []byte) (status int, answer []byte, err error) {
	w.out = fmt.Appendf(w.out[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n", path, w.host, kind, len(body), headers)
	w.out = append(w.out, body...)
	if err := w.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, nil, err
	}
	if _, err := w.conn.Write(w.out); err != nil {
		return 0, nil, err
	}
	r, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return 0, nil, err
	}
	answer, err = io.ReadAll(r.Body)
	_ = r.Body.Close() // it was read
	return r.StatusCode, answer, err
}

// slackSigned are the headers with which Slack signs a body
// (https://docs.slack.dev/authentication/verifying-requests-from-slack).
func slackSigned(secret string, body []byte) string {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	return "X-Slack-Request-Timestamp: " + stamp + "\r\nX-Slack-Signature: " + slackSignature(secret, stamp, body) + "\r\n"
}

func slackSignature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// discordSigned are the headers with which Discord signs a body
// (https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint).
func discordSigned(key ed25519.PrivateKey, body []byte) string {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	signature := ed25519.Sign(key, append([]byte(stamp), body...))
	return "X-Signature-Timestamp: " + stamp + "\r\nX-Signature-Ed25519: " + hex.EncodeToString(signature) + "\r\n"
}
