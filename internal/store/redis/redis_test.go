package redis

import (
	"context"
	"crypto/rand"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"archbot/internal/store"
	"archbot/internal/store/redistest"
	"archbot/internal/store/storetest"
)

// simulated returns a subject on a Redis in this process, whose time is a
// clock's. Dialled in memory, it works inside a synctest bubble too.
func simulated(t *testing.T) *storetest.Subject {
	t.Helper()
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	clock := storetest.NewClock()
	m.SetTime(clock.Now())
	return &storetest.Subject{
		Store: store.Store(dialled(t, m)),
		Advance: func(d time.Duration) {
			clock.Advance(d)
			m.SetTime(clock.Now())
		},
		Reopen: func() store.Store { return dialled(t, m) },
	}
}

func dialled(t *testing.T, m *miniredis.Miniredis) *Store {
	t.Helper()
	o, err := Config{URL: "redis://in.memory"}.client()
	if err != nil {
		t.Fatal(err)
	}
	// Nobody waits for a connection: what the library waits with, it keeps for
	// others, and timers must not leave their bubble.
	o.PoolSize = 256
	o.Dialer = func(context.Context, string, string) (net.Conn, error) { return m.Dial() }
	s := newStore(redis.NewUniversalClient(o), "")
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestOnMiniredis(t *testing.T) {
	storetest.Run(t, simulated)
	storetest.RunLeases(t, simulated)
}

func TestOnMiniredisInBubbles(t *testing.T) {
	storetest.RunInBubbles(t, func(t *testing.T) *storetest.Subject {
		t.Helper()
		m := miniredis.NewMiniRedis()
		m.ClockTTL(true)
		t.Cleanup(m.Close)
		return &storetest.Subject{Store: dialled(t, m), Advance: time.Sleep}
	})
}

// real returns subjects on real servers, each under a prefix of its own.
func real(t *testing.T, url string, nodes ...*redistest.Server) func(*testing.T) *storetest.Subject {
	t.Helper()
	t.Helper()
	return func(t *testing.T) *storetest.Subject {
		t.Helper()
		prefix := "test" + rand.Text()
		open := func() *Store {
			s, err := New(Config{URL: url, Prefix: prefix})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
		s := open()
		return &storetest.Subject{
			Store:   s,
			Advance: func(d time.Duration) { age(t, nodes, prefix, d) },
			Reopen: func() store.Store {
				_ = s.Close()
				return open()
			},
		}
	}
}

// ageScript makes a key older: what expires does so earlier, and times within
// values are further back. A server's own clock cannot be set.
var ageScript = redis.NewScript(`
local by, key = tonumber(ARGV[1]), KEYS[1]
local left = redis.call('PTTL', key)
if left >= 0 and left <= by then return redis.call('DEL', key) end
if string.find(key, '}:l:', 1, true) and not string.find(key, '{digest:', 1, true) then
  redis.call('SET', key, string.format('%.0f', redis.call('GET', key) - by * 1000))
elseif string.find(key, '}:e:', 1, true) then
  local how, till, whose = string.match(redis.call('GET', key), '^(%l+):(%d+):(.*)$')
  if till then
    redis.call('SET', key, string.format('%s:%.0f:%s', how, till - by * 1000, whose), 'PX', left)
  end
elseif string.find(key, '}:o:', 1, true) then
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    redis.call('ZINCRBY', key, -by, member)
  end
elseif string.find(key, '}:[qxl]:') or string.find(key, '}:i$') then
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    redis.call('ZINCRBY', key, -by, member)
  end
end
if left >= 0 then redis.call('PEXPIRE', key, string.format('%.0f', left - by)) end
return 0`)

// age lets time pass for all keys with a prefix.
func age(t *testing.T, nodes []*redistest.Server, prefix string, d time.Duration) {
	t.Helper()
	for _, n := range nodes {
		c := redis.NewClient(&redis.Options{Addr: n.Addr})
		defer c.Close()
		keys, err := c.Keys(t.Context(), prefix+":*").Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			if err := ageScript.Run(t.Context(), c, []string{key}, d.Milliseconds()).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestOnAServer(t *testing.T) {
	server := redistest.Start(t)
	storetest.Run(t, real(t, "redis://"+server.Addr, server))
	storetest.RunLeases(t, real(t, "redis://"+server.Addr, server))
}

func TestOnACluster(t *testing.T) {
	nodes := redistest.Cluster(t)
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.Addr)
	}
	open := real(t, "redis+cluster://"+strings.Join(addrs, ","), nodes...)
	storetest.Run(t, open)
	storetest.RunLeases(t, open)
}
