package digest

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // where a machine has no zones of its own, as in an image made from scratch
)

// zoneNames are the names of IANA's zones that say a place, and UTC; a test holds
// them against those that Go brings along.
//
//go:embed zones.txt
var zoneNames string

// ZoneNames returns the names of time zones to choose from, in order.
func ZoneNames() []string { return strings.Fields(zoneNames) }

// FindZone returns the name of the zone that somebody means: "Europe/Berlin",
// "europe/berlin", "Berlin", "new york".
func FindZone(named string) (string, error) {
	wanted := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(named)), " ", "_")
	var ends []string
	for _, zone := range ZoneNames() {
		name := strings.ToLower(zone)
		switch {
		case name == wanted:
			return zone, nil
		case strings.HasSuffix(name, "/"+wanted):
			ends = append(ends, zone)
		}
	}
	if len(ends) == 1 {
		return ends[0], nil
	}
	if len(ends) > 1 {
		return "", fmt.Errorf("“%s” may be %s.", named, enumerate(ends)) //nolint:staticcheck // it is shown to people
	}
	return "", fmt.Errorf("There is no time zone “%s”. Zones are named like Europe/Berlin.", named) //nolint:staticcheck // likewise
}

// loadZone returns the zone of a subscription. "Local" is no name: it means
// something else on each machine.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q names no time zone", name)
	}
	return time.LoadLocation(name)
}
