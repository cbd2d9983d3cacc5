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

	"archbot/internal/guard"
)

// A name that is public when somebody looks and private when the connection is
// made must not be connected to: each connection is checked by itself.
func TestSecondAnswerDoesNotSlipThrough(t *testing.T) {
	errPassed := errors.New("the guard let it pass")
	answers := []netip.Addr{netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("127.0.0.1")}
	dialer := guard.Dialer(false)
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
