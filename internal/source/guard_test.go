package source

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
)

func TestNotPublic(t *testing.T) {
	for what, addrs := range map[string][]string{
		"": {
			"8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1",
			"223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
		},
		"a loopback address":      {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"},
		"a private address":       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:c0a8:101::1"},
		"a link-local address":    {"169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"},
		"a carrier's own address": {"100.64.0.1", "100.127.255.255", "::ffff:100.64.0.1"},
		"an unspecified address":  {"0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"},
		"a multicast address":     {"224.0.0.1", "239.255.255.255", "ff02::1"},
		"an address for examples": {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"an address for tests":    {"198.18.0.1", "198.19.255.255"},
		"a reserved address": {
			"192.0.0.1", "192.88.99.1", "240.0.0.1", "255.255.255.255", "2001::1", "2001:20::1",
			"::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::1", "100::1", "4000::1", "5f00::1",
		},
	} {
		for _, addr := range addrs {
			if got := notPublic(netip.MustParseAddr(addr)); got != what {
				t.Errorf("notPublic(%s) = %q, want %q", addr, got, what)
			}
		}
	}
}

func TestGuardRefusesWhatItCannotRead(t *testing.T) {
	if err := guard(t.Context(), "tcp", "not an address", nil); err == nil {
		t.Error("no error")
	}
}

// A name that is public when somebody looks and private when the connection is
// made must not be connected to: each connection is checked by itself.
func TestSecondAnswerDoesNotSlipThrough(t *testing.T) {
	errPassed := errors.New("the guard let it pass")
	answers := []netip.Addr{netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("127.0.0.1")}
	dialer := newDialer(false)
	dialer.Resolver = &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go answerDNS(there, answers[0])
			return here, nil
		},
	}
	check := dialer.ControlContext
	dialer.ControlContext = func(ctx context.Context, network, address string, c syscall.RawConn) error {
		if err := check(ctx, network, address, c); err != nil {
			return err
		}
		return errPassed // nothing on the network is really connected to
	}
	at, err := ParseLocation("https://rebind.example/list.md")
	if err != nil {
		t.Fatal(err)
	}
	from := remote{at, newClient(dialer), DefaultTimeout, "test"}

	if _, err = from.fetch(t.Context(), validators{}); !errors.Is(err, errPassed) {
		t.Fatalf("the public answer: %v", err)
	}
	answers = answers[1:]
	_, err = from.fetch(t.Context(), validators{})
	const want = "https://rebind.example/list.md: it leads to 127.0.0.1, a loopback address; " +
		"use a public address, or allow private addresses if the list is in your own network"
	if err == nil || err.Error() != want {
		t.Errorf("the private answer: %v, want %s", err, want)
	}
}

// answerDNS answers the query on a connection with the address; one for an
// IPv6 address gets no answer records.
func answerDNS(conn net.Conn, addr netip.Addr) {
	defer conn.Close()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, query); err != nil {
		return
	}
	end := 12
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end += 5 // the root label, type and class
	answer := append([]byte(nil), query[:end]...)
	copy(answer[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // a response with one question
	if query[end-3] == 1 {                                       // type A
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		answer = append(answer, addr.AsSlice()...)
	}
	conn.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer))))
	conn.Write(answer)
}
