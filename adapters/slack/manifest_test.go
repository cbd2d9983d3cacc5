package slack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// decoded is a manifest by the paths of its values, such as
// "features/shortcuts/0/name".
type decoded map[string]any

func manifestOf(t *testing.T, o ManifestOptions) decoded {
	t.Helper()
	text, err := Manifest(o)
	if err != nil {
		t.Fatal(err)
	}
	var all any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	d := make(decoded)
	d.walk("", all)
	return d
}

func (d decoded) walk(path string, v any) {
	d[strings.TrimPrefix(path, "/")] = v
	switch v := v.(type) {
	case map[string]any:
		for key, below := range v {
			d.walk(path+"/"+key, below)
		}
	case []any:
		for i, below := range v {
			d.walk(path+"/"+strconv.Itoa(i), below)
		}
	}
}

// How long things may be, and what they may look like
// (https://github.com/slackapi/manifest-schema, version 2.0.0).
var manifestLimits = []struct {
	path        string // a pattern
	least, most int    // characters, or entries
	shape       string // a pattern; empty for anything
}{
	{`display_information/name`, 1, 35, ``},
	{`display_information/description`, 1, 140, ``},
	{`display_information/long_description`, 175, 4000, ``},
	{`display_information/background_color`, 4, 7, `^#[0-9a-f]+$`},
	{`features/(agent|assistant)_view/\w+_description`, 1, 300, ``},
	{`features/bot_user/display_name`, 1, 80, `^[a-z0-9._-]+$`},
	{`features/shortcuts`, 1, 10, ``},
	{`features/shortcuts/\d+/name`, 1, 24, ``},
	{`features/shortcuts/\d+/callback_id`, 1, 255, ``},
	{`features/shortcuts/\d+/description`, 1, 150, ``},
	{`features/slash_commands`, 1, 50, ``},
	{`features/slash_commands/\d+/command`, 2, 32, `^/[a-z]+$`},
	{`features/slash_commands/\d+/description`, 1, 2000, ``},
	{`features/slash_commands/\d+/usage_hint`, 1, 1000, ``},
	{`oauth_config/scopes/bot`, 1, 255, ``},
	{`settings/event_subscriptions/bot_events`, 1, 100, ``},
}

func TestManifestKeepsLimits(t *testing.T) {
	for name, o := range map[string]ManifestOptions{
		"socket mode": {}, "http": {Address: "https://bot.example.com"}, "assistant": {View: AssistantView},
	} {
		m := manifestOf(t, o)
		for _, l := range manifestLimits {
			found := false
			for path, v := range m {
				if !regexp.MustCompile(`^` + l.path + `$`).MatchString(path) {
					continue
				}
				found = true
				n := 0
				switch v := v.(type) {
				case string:
					n = length(v)
					if !regexp.MustCompile(l.shape).MatchString(v) {
						t.Errorf("%s: %s is %q", name, path, v)
					}
				case []any:
					n = len(v)
				}
				if n < l.least || n > l.most {
					t.Errorf("%s: %s has %d, not %d to %d: %v", name, path, n, l.least, l.most, v)
				}
			}
			if !found {
				t.Errorf("%s: there is no %s", name, l.path)
			}
		}
	}
}

// What an event takes to be delivered (https://docs.slack.dev/reference/events).
var scopesOfEvents = map[string][]string{
	"app_home_opened":       nil,
	"app_mention":           {"app_mentions:read"},
	"app_uninstalled":       nil,
	"member_joined_channel": {"channels:read", "groups:read"},
	"message.channels":      {"channels:history"},
	"message.groups":        {"groups:history"},
	"message.im":            {"im:history"},
	"tokens_revoked":        nil,
}

func TestManifestAsksForWhatItNeeds(t *testing.T) {
	m := manifestOf(t, ManifestOptions{})
	scopes, events := list(t, m["oauth_config/scopes/bot"]), list(t, m["settings/event_subscriptions/bot_events"])
	for _, e := range events {
		needed, known := scopesOfEvents[e]
		if !known {
			t.Errorf("what does %s need?", e)
		}
		for _, scope := range needed {
			if !slices.Contains(scopes, scope) {
				t.Errorf("%s needs the scope %s", e, scope)
			}
		}
	}
	for _, reasons := range [][]Reason{Scopes(), Events()} {
		for i, r := range reasons {
			if len(r.Why) < 10 || strings.HasSuffix(r.Why, ".") || strings.ToLower(r.Name) != r.Name {
				t.Errorf("%q is there for %q", r.Name, r.Why)
			}
			if slices.ContainsFunc(reasons[:i], func(other Reason) bool { return other.Name == r.Name }) {
				t.Errorf("%s is there twice", r.Name)
			}
		}
	}
	if m["features/slash_commands/0/should_escape"] != true {
		t.Error("people whom commands name would come as text")
	}
	if m["features/app_home/home_tab_enabled"] != true || m["features/app_home/messages_tab_enabled"] != true ||
		m["features/app_home/messages_tab_read_only_enabled"] != false {
		t.Error("nobody could write to the bot, or open its home")
	}
}

func TestManifestViews(t *testing.T) {
	for view, other := range map[View]View{AgentView: AssistantView, AssistantView: AgentView} {
		m := manifestOf(t, ManifestOptions{View: view})
		if m["features/"+string(view)+"_view"] == nil || m["features/"+string(other)+"_view"] != nil {
			t.Errorf("%s: %v", view, m["features"])
		}
	}
	if _, err := Manifest(ManifestOptions{View: "aquarium"}); err == nil || !strings.Contains(err.Error(), "aquarium") {
		t.Errorf("another view: %v", err)
	}
}

func TestManifestTransports(t *testing.T) {
	m := manifestOf(t, ManifestOptions{})
	if m["settings/socket_mode_enabled"] != true {
		t.Error("Socket Mode is off")
	}
	for path, v := range m {
		if s, ok := v.(string); ok && strings.Contains(s, "://") {
			t.Errorf("%s is %s, and Socket Mode has no addresses", path, s)
		}
	}
	m = manifestOf(t, ManifestOptions{Address: "https://bot.example.com/"})
	if m["settings/socket_mode_enabled"] == true {
		t.Error("Socket Mode is on, which keeps HTTP off")
	}
	for path, want := range map[string]string{
		"features/slash_commands/0/url":                   PathCommands,
		"settings/interactivity/request_url":              PathInteractivity,
		"settings/interactivity/message_menu_options_url": PathInteractivity,
		"settings/event_subscriptions/request_url":        PathEvents,
	} {
		if m[path] != "https://bot.example.com"+want {
			t.Errorf("%s is %v", path, m[path])
		}
	}
}

func list(t testing.TB, v any) []string {
	t.Helper()
	all, ok := v.([]any)
	if !ok || len(all) == 0 {
		t.Fatalf("%v is no list", v)
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[i], ok = e.(string)
		if !ok {
			t.Fatalf("%v is no word", e)
		}
	}
	return out
}
