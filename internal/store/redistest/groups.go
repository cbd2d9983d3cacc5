package redistest

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster starts three masters that share all slots and returns them.
func Cluster(t testing.TB) []*Server {
	t.Helper()
	path := program(t, "redis-server")
	nodes := make([]*Server, 3)
	for i := range nodes {
		nodes[i] = prepare(t, path, "", "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
		nodes[i].Run(t)
	}
	const slots = 16384
	for i, n := range nodes {
		Command(t, n, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		Command(t, n, "CLUSTER", "ADDSLOTSRANGE", i*slots/3, (i+1)*slots/3-1)
		host, port, _ := net.SplitHostPort(nodes[0].Addr)
		Command(t, n, "CLUSTER", "MEET", host, port)
	}
	for _, n := range nodes {
		wait(t, "the cluster", func() bool {
			info := Command(t, n, "CLUSTER", "INFO")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return nodes
}

// Watched is a master with a replica and three Sentinels.
type Watched struct {
	Name            string // of the master, for Sentinels
	Master, Replica *Server
	Sentinels       []*Server
}

// Sentinels starts a master, its replica, and three Sentinels that take half a
// second to call the master dead.
func Sentinels(t testing.TB) Watched {
	t.Helper()
	path := program(t, "redis-sentinel")
	w := Watched{Name: "archbot", Master: Start(t)}
	host, port, _ := net.SplitHostPort(w.Master.Addr)
	w.Replica = Start(t, "--replicaof", host+" "+port, "--repl-diskless-sync-delay", "0")
	wait(t, "the replica", func() bool {
		return strings.Contains(Command(t, w.Replica, "INFO", "replication"), "master_link_status:up")
	})
	config := fmt.Sprintf(`sentinel monitor %[1]s %[2]s %[3]s 2
sentinel down-after-milliseconds %[1]s 500
sentinel failover-timeout %[1]s 3000
`, w.Name, host, port)
	for range 3 {
		s := prepare(t, path, config)
		s.Run(t)
		w.Sentinels = append(w.Sentinels, s)
	}
	for _, s := range w.Sentinels {
		wait(t, "the Sentinels", func() bool {
			info := Command(t, s, "INFO", "sentinel")
			return strings.Contains(info, "slaves=1,sentinels=3")
		})
	}
	return w
}

// Replicated waits until the replica has all that the master has.
func Replicated(t testing.TB, w Watched) {
	t.Helper()
	wait(t, "the replica", func() bool {
		info := Command(t, w.Master, "INFO", "replication")
		_, offset, _ := strings.Cut(info, "master_repl_offset:")
		offset, _, _ = strings.Cut(offset, "\r")
		return strings.Contains(info, ",offset="+offset+",")
	})
}

// Command sends one command and returns its answer as text; nothing on an error,
// which who waits for something sees again.
func Command(t testing.TB, s *Server, args ...any) string {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr, DisableIdentity: true})
	defer c.Close()
	answer, _ := c.Do(t.Context(), args...).Text()
	return answer
}

// wait looks again and again until something is so.
func wait(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > late {
			t.Fatalf("%s: not ready", what)
		}
	}
}
