// Package guard keeps the bot from connecting to addresses that are not public.
// Whatever fetches something that a list, a server or a stranger named dials
// with its Dialer, so that none of them can point the bot at the network that
// it runs in.
package guard

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// AddressError is the cause when a connection to an address that is not public
// was refused.
type AddressError struct {
	Addr netip.Addr
	Is   string // what the address is, such as "a loopback address"
}

func (e *AddressError) Error() string { return fmt.Sprintf("%s, %s", e.Addr, e.Is) }

// Dialer returns a dialer to fetch with. Unless private addresses are allowed it
// refuses every address that is not public with an *AddressError, and it does so
// in Control: that runs after the name has been looked up, on the very address
// that is about to be connected to, for each attempt. A name that answers with a
// public address first and a private one later gains nothing.
//
// A proxy would look up the name and make the connection itself, where nothing
// checks the address: use none.
func Dialer(allowPrivate bool) *net.Dialer {
	d := &net.Dialer{}
	if !allowPrivate {
		d.ControlContext = check
	}
	return d
}

func check(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("cannot tell whether the address is public: %w", err)
	}
	if what := notPublic(to.Addr()); what != "" {
		return &AddressError{Addr: to.Addr(), Is: what}
	}
	return nil
}

// special is a block of addresses that nothing is fetched from.
type special struct {
	block netip.Prefix
	is    string
}

// specials do not overlap. They are the IANA special-purpose address registries
// (https://www.iana.org/assignments/iana-ipv4-special-registry and
// …/iana-ipv6-special-registry), and multicast.
var specials = func() []special {
	var all []special
	for is, blocks := range map[string][]string{
		"a loopback address":      {"127.0.0.0/8", "::1/128"},
		"a private address":       {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"},
		"a link-local address":    {"169.254.0.0/16", "fe80::/10"},
		"a carrier's own address": {"100.64.0.0/10"},
		"an unspecified address":  {"0.0.0.0/8", "::/128"},
		"a multicast address":     {"224.0.0.0/4", "ff00::/8"},
		"an address for examples": {"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"},
		"an address for tests":    {"198.18.0.0/15"},
		"a reserved address":      {"192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23"},
	} {
		for _, block := range blocks {
			all = append(all, special{netip.MustParsePrefix(block), is})
		}
	}
	return all
}()

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour     = netip.MustParsePrefix("2002::/16")
)

// notPublic says what an address is when it is not a public one, else "".
func notPublic(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	for _, s := range specials {
		if s.block.Contains(addr) {
			return s.is
		}
	}
	if addr.Is4() {
		return ""
	}
	// Some IPv6 addresses are a way to an IPv4 address, which then decides.
	bytes := addr.As16()
	switch {
	case nat64.Contains(addr):
		return notPublic(netip.AddrFrom4([4]byte(bytes[12:16])))
	case sixToFour.Contains(addr):
		return notPublic(netip.AddrFrom4([4]byte(bytes[2:6])))
	case !globalUnicast.Contains(addr): // whatever else was or will be set aside
		return "a reserved address"
	}
	return ""
}
