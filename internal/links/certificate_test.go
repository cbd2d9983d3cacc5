package links

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestCertificates(t *testing.T) {
	year := func(y int) time.Time { return time.Date(y, 5, 6, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name string
		cert *x509.Certificate // nil for a trusted one
		want Verdict
		why  string
	}{
		{"trusted", nil, Fine, ""},
		{"self-signed", &x509.Certificate{NotBefore: year(2020), NotAfter: year(2090)}, Certificate, "its certificate is not signed by anybody who is known here"},
		{"expired", &x509.Certificate{NotBefore: year(2019), NotAfter: year(2020)}, Certificate, "its certificate is valid from 2019-05-06 to 2020-05-06 only"},
		{"not begun", &x509.Certificate{NotBefore: year(2089), NotAfter: year(2090)}, Certificate, "its certificate is valid from 2089-05-06 to 2090-05-06 only"},
		{"another name's", &x509.Certificate{NotBefore: year(2020), NotAfter: year(2090), IPAddresses: []net.IP{{127, 0, 0, 9}}}, Certificate, "its certificate is not for 127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := false
			srv := httptest.NewUnstartedServer(text("hello"))
			srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // it tells of failed handshakes
			if tt.cert != nil {
				srv.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(t, tt.cert)}}
			}
			srv.EnableHTTP2 = true
			srv.StartTLS()
			defer srv.Close()
			o := options(newClock())
			o.Sleep = nil // nothing here is tried again
			c, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			if tt.cert == nil {
				c.transport.TLSClientConfig.RootCAs = x509.NewCertPool()
				c.transport.TLSClientConfig.RootCAs.AddCert(srv.Certificate())
			}
			f := c.Check(t.Context(), []Link{{URL: srv.URL}}, func(p Progress) { asked = asked || len(p.Hosts) > 0 }).Findings[0]
			if f.Verdict != tt.want || f.Why != tt.why || !asked {
				t.Errorf("%s: %q, want %s: %q", f.Verdict, f.Why, tt.want, tt.why)
			}
		})
	}
}

// A server that cannot speak TLS at all has no certificate to be in trouble with.
func TestNoTLS(t *testing.T) {
	s := newSite(t, text("hello"))
	f := only(t, options(newClock()), strings.Replace(s.URL, "http://", "https://", 1))
	if f.Verdict != Unknown || f.Why == "" {
		t.Errorf("%s: %q", f.Verdict, f.Why)
	}
}

// selfSigned makes a certificate for 127.0.0.1, unless it is for other addresses.
func selfSigned(t *testing.T, c *x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber = big.NewInt(1)
	if c.IPAddresses == nil {
		c.IPAddresses = []net.IP{{127, 0, 0, 1}}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
