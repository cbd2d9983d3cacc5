package redis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archbot/internal/bot"
	"archbot/internal/store/redistest"
)

func TestAddresses(t *testing.T) {
	type want struct {
		addrs, user, password, master, sentinelUser, sentinelPassword string
		db                                                            int
		tls, cluster                                                  bool
	}
	tests := []struct {
		config Config
		want   want
	}{
		{Config{URL: "redis://localhost"}, want{addrs: "localhost:6379"}},
		{Config{URL: "rediss://ann:s%40c%3Aret@redis.example:7000/3"}, want{addrs: "redis.example:7000", user: "ann", password: "s@c:ret", db: 3, tls: true}},
		{Config{URL: "redis://:only@h"}, want{addrs: "h:6379", password: "only"}},
		{Config{URL: "redis://a:b@h", User: "ann", Password: "x"}, want{addrs: "h:6379", user: "ann", password: "x"}},
		{Config{URL: "redis://[::1]:7000"}, want{addrs: "[::1]:7000"}},
		{Config{URL: "redis://[::1]"}, want{addrs: "[::1]:6379"}},
		{Config{URL: "redis+cluster://a,b:1, c"}, want{addrs: "a:6379 b:1 c:6379", cluster: true}},
		{Config{URL: "rediss+cluster://u:p@a"}, want{addrs: "a:6379", user: "u", password: "p", tls: true, cluster: true}},
		{Config{URL: "redis+sentinel://u:p@a,b:1/mymaster/2?sentinel_user=s&sentinel_password=%26"}, want{
			addrs: "a:26379 b:1", user: "u", password: "p", master: "mymaster", db: 2, sentinelUser: "s", sentinelPassword: "&",
		}},
	}
	for _, tt := range tests {
		o, err := tt.config.client()
		if err != nil {
			t.Errorf("%+v: %v", tt.config, err)
			continue
		}
		got := want{
			strings.Join(o.Addrs, " "), o.Username, o.Password, o.MasterName, o.SentinelUsername, o.SentinelPassword,
			o.DB, o.TLSConfig != nil, o.IsClusterMode,
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(want{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.config.URL, diff)
		}
	}
}

// Where Redis is can be said without how to get in.
func TestWhere(t *testing.T) {
	for url, want := range map[string]string{
		"rediss://ann:hunter2@redis.example/3":                     "redis.example:6379",
		"redis+cluster://ann:hunter2@a,b:1":                        "the cluster at a:6379, b:1",
		"redis+sentinel://u:hunter2@a/m?sentinel_password=hunter2": "the one that Sentinels watch at a:26379",
	} {
		s, err := New(Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Where(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWrongAddresses(t *testing.T) {
	noCA := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noCA, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		config Config
		want   error
	}{
		{Config{URL: "hunter2"}, errScheme},
		{Config{URL: "http://u:hunter2@h"}, errScheme},
		{Config{URL: "redis+other://u:hunter2@h"}, errScheme},
		{Config{URL: "redis://u:hunter2@"}, errHost},
		{Config{URL: "redis://u:hunter2@:6379"}, errHost},
		{Config{URL: "redis://u:hunter2"}, errPort}, // the host is forgotten
		{Config{URL: "redis://[::1]:hunter2"}, errPort},
		{Config{URL: "redis+cluster://a,u:hunter2"}, errPort},
		{Config{URL: "redis://u:hunter2@a,b"}, errHosts},
		{Config{URL: "redis+sentinel://u:hunter2@a"}, errMaster},
		{Config{URL: "redis://u:hunter2@a/x"}, errDatabase},
		{Config{URL: "redis+cluster://u:hunter2@a/1"}, errDatabase},
		{Config{URL: "redis://u:hunter2@a?x=hunter2"}, errQuery},
		{Config{URL: "redis://u:hunter2%@a"}, errEscape},
		{Config{URL: "redis://u:hunter2@a", CA: noCA}, errCA},
		{Config{URL: "redis://u:hunter2@a", Prefix: "a{b"}, errPrefix},
		{Config{URL: "rediss://u:hunter2@a", CA: noCA}, nil},
		{Config{URL: "rediss://u:hunter2@a", CA: noCA + ".no"}, os.ErrNotExist},
	} {
		_, err := New(tt.config)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %v and no password", tt.config.URL, err, tt.want)
		}
	}
}

// A server with TLS under a private CA, and an account.
func TestTLSAndAccount(t *testing.T) {
	cert, key := certificate(t)
	server := redistest.Start(t)
	port := redistest.FreePort(t)
	redistest.Start(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert,
		"--tls-auth-clients", "no", "--user", "ann", "on", ">s@cret", "~team:*", "&*", "+@all", "--user", "default", "off")
	address := "127.0.0.1:" + port
	for _, tt := range []struct {
		name   string
		config Config
		good   bool
	}{
		{"by URL", Config{URL: "rediss://ann:s%40cret@" + address, CA: cert, Prefix: "team"}, true},
		{"by settings", Config{URL: "rediss://" + address, User: "ann", Password: "s@cret", CA: cert, Prefix: "team"}, true},
		{"a prefix that the account may not write", Config{URL: "rediss://ann:s%40cret@" + address, CA: cert}, false},
		{"a wrong password", Config{URL: "rediss://ann:hunter2@" + address, CA: cert, Prefix: "team"}, false},
		{"no account", Config{URL: "rediss://" + address, CA: cert, Prefix: "team"}, false},
		{"a CA that is not trusted", Config{URL: "rediss://ann:s%40cret@" + address, Prefix: "team"}, false},
		{"TLS where there is none", Config{URL: "rediss://" + server.Addr, CA: cert}, false},
	} {
		s, err := New(tt.config)
		if err != nil {
			t.Fatal(err)
		}
		first, err := s.FirstTime(t.Context(), crowd.Scope, bot.EventID(tt.name), bot.EventMemory)
		if first != tt.good || (err == nil) != tt.good || err != nil && !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s: %v, %v", tt.name, first, err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "cret")) {
			t.Errorf("%s: the error shows a password: %v", tt.name, err)
		}
		_ = s.Close()
	}
}

// certificate makes a certificate for the loopback that is its own CA.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err1 := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	key, err2 := x509.MarshalPKCS8PrivateKey(private)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", key)
}
