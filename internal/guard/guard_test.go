package guard

import (
	"net/netip"
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

func TestRefusesWhatItCannotRead(t *testing.T) {
	if err := check(t.Context(), "tcp", "not an address", nil); err == nil {
		t.Error("no error")
	}
}
