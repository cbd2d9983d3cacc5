package app

import (
	"runtime/debug"
	"time"
)

// version is what the build was told that it is, as the Dockerfile does:
// -ldflags "-X archbot/internal/app.version=v1.2.3".
var version string

// Version is what the build was told, else the module's version as the build
// recorded it, "dev" when it did not.
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}

// never turns the setting for "not at all" into the loader's and the adapters': there,
// zero means the default.
func never(every time.Duration) time.Duration {
	if every == 0 {
		return -1
	}
	return every
}
