package check

import (
	"slices"
	"strings"
	"testing"

	"archbot/internal/config"
)

// holdSetting fails when a variable that a file sets is no setting of archbot. A
// setting's name with _FILE at its end is where to read its value.
func holdSetting(t *testing.T, file, name string) {
	t.Helper()
	if !isSetting(name) {
		t.Errorf("%s sets %s, which is no setting of archbot (archbot --help has them all)", file, name)
	}
}

func isSetting(name string) bool {
	return slices.ContainsFunc(config.Rows(), func(r config.Row) bool {
		return r.Env == name || r.Secret && r.Env == strings.TrimSuffix(name, "_FILE")
	})
}

func TestSettingsAreToldApart(t *testing.T) {
	for name, want := range map[string]bool{
		"ARCHBOT_ADDR": true, "ARCHBOT_KEY": true, "ARCHBOT_KEY_FILE": true, "SLACK_BOT_TOKEN_FILE": true,
		"ARCHBOT_ADRR": false, "ARCHBOT_ADDR_FILE": false, "FILE": false, "": false,
	} {
		if got := isSetting(name); got != want {
			t.Errorf("%q is a setting: %v, want %v", name, got, want)
		}
	}
}
