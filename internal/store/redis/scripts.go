package redis

import (
	_ "embed"

	"github.com/redis/go-redis/v9"
)

// Each script says above its code what its KEYS, ARGV and answer are. All keys of
// a call are in one slot, and all are named in KEYS. A change to what a script
// does to the data adds one to its version: Redis knows scripts by their hash, so
// old and new ones run side by side during an upgrade. They take the time from the
// server, so that the clocks of replicas do not matter; Redis replicates what a
// script did and not the script (since version 5), so asking for it is allowed.

var (
	//go:embed take.lua
	takeSource string
	//go:embed event.lua
	eventSource string
	//go:embed keep.lua
	keepSource string
	//go:embed drop.lua
	dropSource string
	//go:embed save.lua
	saveSource string
	//go:embed unsave.lua
	unsaveSource string
	//go:embed arrive.lua
	arriveSource string
	//go:embed forget.lua
	forgetSource string
	//go:embed install.lua
	installSource string
	//go:embed uninstall.lua
	uninstallSource string
	//go:embed lease.lua
	leaseSource string
)

// go-redis sends a script's hash, and the script itself where the server does
// not know it: after a restart, a failover, SCRIPT FLUSH.
var (
	takeScript      = redis.NewScript(takeSource)
	eventScript     = redis.NewScript(eventSource)
	keepScript      = redis.NewScript(keepSource)
	dropScript      = redis.NewScript(dropSource)
	saveScript      = redis.NewScript(saveSource)
	unsaveScript    = redis.NewScript(unsaveSource)
	arriveScript    = redis.NewScript(arriveSource)
	forgetScript    = redis.NewScript(forgetSource)
	installScript   = redis.NewScript(installSource)
	uninstallScript = redis.NewScript(uninstallSource)
	leaseScript     = redis.NewScript(leaseSource)
)
