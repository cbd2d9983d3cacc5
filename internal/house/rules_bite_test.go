package house

import (
	"strings"
	"testing"
)

// A rule that nothing can break is no rule: each one is shown a package that
// breaks it, and a like one that does not.
func TestRulesBite(t *testing.T) {
	const (
		slack   = "github.com/slack-go/slack"
		discord = "github.com/bwmarrin/discordgo"
		redis   = "github.com/redis/go-redis/v9"
		bolt    = "go.etcd.io/bbolt"
	)
	imports := func(from string, to ...string) pkg { return pkg{ImportPath: from, Imports: to, Deps: to} }
	cases := map[string]struct{ bad, good []pkg }{
		"catalog": {
			bad:  []pkg{imports("archbot/internal/catalog", "archbot/data"), imports("archbot/internal/catalog/urlkey", "archbot/internal/catalog")},
			good: []pkg{imports("archbot/internal/catalog", "strings", "github.com/yuin/goldmark")},
		},
		"vocabulary": {
			bad:  []pkg{imports("archbot/internal/vocabulary", "archbot/internal/catalog")},
			good: []pkg{imports("archbot/internal/vocabulary", "strings"), imports("archbot/internal/search", "archbot/internal/vocabulary")},
		},
		"search": {
			bad:  []pkg{imports("archbot/internal/search", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/search", "archbot/internal/catalog", "github.com/sahilm/fuzzy")},
		},
		"dialogue": {
			bad:  []pkg{imports("archbot/internal/dialogue", "archbot/internal/digest")},
			good: []pkg{imports("archbot/internal/dialogue", "archbot/internal/search", "archbot/internal/catalog")},
		},
		"digest": {
			bad:  []pkg{imports("archbot/internal/digest", "archbot/internal/dialogue")},
			good: []pkg{imports("archbot/internal/digest", "archbot/internal/search", "archbot/internal/catalog")},
		},
		"bot": {
			bad:  []pkg{imports("archbot/internal/bot", "archbot/internal/store"), imports("archbot/internal/bot", "archbot/adapters/slack")},
			good: []pkg{imports("archbot/internal/bot", "archbot/internal/dialogue", "archbot/internal/digest")},
		},
		"platforms-graph": {
			bad:  []pkg{imports("archbot/internal/telemetry", slack), imports("archbot/internal/store", discord)},
			good: []pkg{imports("archbot/internal/app", slack, discord), imports("archbot/adapters/slack", slack)},
		},
		"databases-graph": {
			bad:  []pkg{imports("archbot/internal/bot", redis), imports("archbot/internal/config", bolt)},
			good: []pkg{imports("archbot/internal/app", redis), imports("archbot/internal/store/bolt", bolt)},
		},
		"checkup": {
			bad:  []pkg{imports("archbot/internal/checkup", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/checkup", "strings"), imports("archbot/adapters/slack", "archbot/internal/checkup")},
		},
		"seal": {
			bad:  []pkg{imports("archbot/internal/seal", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/seal", "crypto/cipher"), imports("archbot/adapters/slack", "archbot/internal/seal")},
		},
		"inflight": {
			bad:  []pkg{imports("archbot/internal/inflight", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/inflight", "sync"), imports("archbot/adapters/discord", "archbot/internal/inflight")},
		},
		"stencil": {
			bad:  []pkg{imports("archbot/internal/stencil", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/stencil", "bytes"), imports("archbot/adapters/slack", "archbot/internal/stencil"), imports("archbot/adapters/discord", "archbot/internal/stencil")},
		},
		"guard": {
			bad:  []pkg{imports("archbot/internal/guard", "archbot/internal/source")},
			good: []pkg{imports("archbot/internal/guard", "net/netip"), imports("archbot/internal/source", "archbot/internal/guard")},
		},
		"source": {
			bad:  []pkg{imports("archbot/internal/source", "archbot/internal/config")},
			good: []pkg{imports("archbot/internal/source", "archbot/data", "archbot/internal/catalog", "archbot/internal/guard")},
		},
		"links": {
			bad:  []pkg{imports("archbot/internal/links", "archbot/internal/source"), imports("archbot/internal/links", "archbot/internal/catalog")},
			good: []pkg{imports("archbot/internal/links", "archbot/internal/guard", "net/http")},
		},
		"store": {
			bad:  []pkg{imports("archbot/internal/store/redis", "archbot/internal/source")},
			good: []pkg{imports("archbot/internal/store/redis", "archbot/internal/digest", redis)},
		},
		"store-redis": {
			bad:  []pkg{imports("archbot/internal/store/redis", "archbot/internal/store/bolt")},
			good: []pkg{imports("archbot/internal/store/redis", "archbot/internal/store")},
		},
		"store-bolt": {
			bad:  []pkg{imports("archbot/internal/store/bolt", "archbot/internal/store/redis")},
			good: []pkg{imports("archbot/internal/store/bolt", "archbot/internal/store", bolt)},
		},
		"store-memory": {
			bad:  []pkg{imports("archbot/internal/store/memory", "archbot/internal/store/bolt"), imports("archbot/internal/store/memory", "archbot/internal/store/resilient")},
			good: []pkg{imports("archbot/internal/store/memory", "archbot/internal/store")},
		},
		"store-resilient": {
			bad:  []pkg{imports("archbot/internal/store/resilient", "archbot/internal/store/redis"), imports("archbot/internal/store/resilient", redis)},
			good: []pkg{imports("archbot/internal/store/resilient", "archbot/internal/store/memory")},
		},
		"store-ground": {
			bad:  []pkg{imports("archbot/internal/store", redis), imports("archbot/internal/store", "archbot/internal/store/memory")},
			good: []pkg{imports("archbot/internal/store", "archbot/internal/bot")},
		},
		"config": {
			bad:  []pkg{imports("archbot/internal/config", "archbot/internal/telemetry")},
			good: []pkg{imports("archbot/internal/config", "github.com/caarlos0/env/v11")},
		},
		"telemetry": {
			bad:  []pkg{imports("archbot/internal/telemetry", "archbot/internal/config")},
			good: []pkg{imports("archbot/internal/telemetry", "log/slog")},
		},
		"eval": {
			bad:  []pkg{imports("archbot/internal/eval", "archbot/internal/search"), imports("archbot/internal/eval", "archbot/internal/bot")},
			good: []pkg{imports("archbot/internal/eval", "encoding/json")},
		},
		"slack": {
			bad:  []pkg{imports("archbot/adapters/slack", "archbot/adapters/discord"), imports("archbot/adapters/slack", "archbot/internal/store")},
			good: []pkg{imports("archbot/adapters/slack", "archbot/internal/bot", slack)},
		},
		"discord": {
			bad:  []pkg{imports("archbot/adapters/discord", "archbot/adapters/slack"), imports("archbot/adapters/discord", "archbot/internal/source")},
			good: []pkg{imports("archbot/adapters/discord", "archbot/internal/bot", discord)},
		},
		"terminal": {
			bad:  []pkg{imports("archbot/adapters/terminal", "archbot/internal/config"), imports("archbot/adapters/terminal", "archbot/internal/app")},
			good: []pkg{imports("archbot/adapters/terminal", "archbot/internal/bot", "archbot/internal/links", "golang.org/x/term")},
		},
		"adaptertest": {
			bad:  []pkg{imports("archbot/adapters/adaptertest", "archbot/adapters/slack")},
			good: []pkg{imports("archbot/adapters/adaptertest", "archbot/internal/bot", "testing")},
		},
		"app": {
			bad:  []pkg{imports("archbot/internal/app", "archbot/cmd/archbot")},
			good: []pkg{imports("archbot/internal/app", "archbot/adapters/slack", "archbot/internal/store/redis", "archbot/data", slack, redis)},
		},
		"cmd": {
			bad:  []pkg{imports("archbot/cmd/archbot", "archbot/internal/catalog"), imports("archbot/cmd/archbot", "archbot/adapters/terminal")},
			good: []pkg{imports("archbot/cmd/archbot", "archbot/internal/app", "archbot/internal/config")},
		},
		"data": {
			bad:  []pkg{imports("archbot/data", "archbot/internal/catalog")},
			good: []pkg{imports("archbot/data", "embed")},
		},
		"house": {
			bad:  []pkg{imports("archbot/internal/house", "archbot/internal/catalog")},
			good: []pkg{imports("archbot/internal/house", "os/exec")},
		},
		"core-graph": {
			bad: []pkg{
				imports("archbot/internal/bot", slack+"/slackevents"),
				{ImportPath: "archbot/internal/catalog", Imports: []string{"example.org/list"}, Deps: []string{"example.org/list", discord}},
				{ImportPath: "archbot/internal/digest", TestImports: []string{redis}},
				{ImportPath: "archbot/internal/dialogue", XTestImports: []string{bolt}},
				{ImportPath: "archbot/internal/search", Deps: []string{redis + "/internal/proto"}},
			},
			good: []pkg{imports("archbot/internal/bot", "archbot/internal/search"), imports("archbot/adapters/slack", slack)},
		},
		"slack-library": {
			bad:  []pkg{imports("archbot/adapters/discord", slack), {ImportPath: "archbot/internal/config", TestImports: []string{slack}}},
			good: []pkg{imports("archbot/adapters/slack/slackfake", slack), imports("archbot/internal/app", slack), imports("archbot/internal/bot", slack+"er")},
		},
		"discord-library": {
			bad:  []pkg{imports("archbot/internal/telemetry", discord)},
			good: []pkg{imports("archbot/adapters/discord", discord)},
		},
		"store-libraries": {
			bad:  []pkg{imports("archbot/adapters/slack", redis), imports("archbot/cmd/archbot", bolt)},
			good: []pkg{imports("archbot/internal/store/redis", redis), imports("archbot/internal/store/bolt", bolt)},
		},
		"telemetry-library": {
			bad: []pkg{
				imports("archbot/adapters/slack", "github.com/prometheus/client_golang/prometheus"),
				imports("archbot/internal/store/metered", "archbot/internal/telemetry"),
				{ImportPath: "archbot/internal/bot", Deps: []string{"github.com/prometheus/client_model/go"}},
			},
			good: []pkg{
				imports("archbot/internal/telemetry", "github.com/prometheus/client_golang/prometheus"), imports("archbot/internal/app", "archbot/internal/telemetry"),
			},
		},
		"fakes": {
			bad: []pkg{
				imports("archbot/internal/app", "archbot/adapters/slack/slackfake"),
				imports("archbot/internal/store/redis", "archbot/internal/store/storetest"),
				imports("archbot/internal/search", "archbot/internal/search/searchtest"),
				{ImportPath: "archbot/cmd/archbot", Imports: []string{"archbot/internal/app"}, Deps: []string{"archbot/adapters/adaptertest"}},
			},
			good: []pkg{
				{ImportPath: "archbot/internal/app", TestImports: []string{"archbot/adapters/slack/slackfake"}},
				{ImportPath: "archbot/internal/search", XTestImports: []string{"archbot/internal/search/searchtest"}},
				imports("archbot/adapters/slack/slackfake/cmd", "archbot/adapters/slack/slackfake"),
			},
		},
		"linear": {
			bad:  []pkg{imports("archbot/internal/search", "github.com/dlclark/regexp2"), {ImportPath: "archbot/internal/app", Deps: []string{"github.com/dlclark/regexp2/syntax"}}},
			good: []pkg{imports("archbot/internal/search", "regexp")},
		},
		"outdated": {
			bad: []pkg{
				imports("archbot/internal/app", "log"), imports("archbot/internal/app", "math/rand"), imports("archbot/internal/app", "github.com/pkg/errors"),
				{ImportPath: "archbot/internal/bot", XTestImports: []string{"io/ioutil"}},
			},
			good: []pkg{imports("archbot/internal/app", "log/slog", "math/rand/v2", "errors"), imports("example.org/other", "log")},
		},
	}
	for _, r := range rules {
		c, ok := cases[r.name]
		if !ok {
			t.Errorf("%s: no case shows that the rule bites", r.name)
		}
		for _, p := range c.bad {
			if got := r.breaches(p); len(got) == 0 || !strings.Contains(got[0], r.why) {
				t.Errorf("%s let %+v pass: %q", r.name, p, got)
			}
		}
		for _, p := range c.good {
			if got := r.breaches(p); len(got) > 0 {
				t.Errorf("%s forbids what it should allow: %q", r.name, got)
			}
		}
		delete(cases, r.name)
	}
	for name := range cases {
		t.Errorf("%s: a case for a rule that is not there", name)
	}
}

func TestOtherRulesBite(t *testing.T) {
	if hasRoom("internal/attic") || !hasRoom("internal/search/stem") {
		t.Error("a package without a rule passes for one that has its rule, or the other way round")
	}
	if !looksTestOnly("adapters/teams/teamsfake") || !looksTestOnly("internal/limit/limittest") || looksTestOnly("internal/catalog") {
		t.Error("fakes and suites are not told from other packages")
	}
	for _, p := range []pkg{
		{ImportPath: "archbot/internal/util", Name: "util", Doc: "Package util."},
		{ImportPath: "archbot/internal/models", Name: "catalog", Doc: "Package catalog."},
		{ImportPath: "archbot/internal/catalog", Name: "catalog"},
	} {
		if len(naming(p)) != 1 {
			t.Errorf("%+v: %q", p, naming(p))
		}
	}
	if got := naming(pkg{ImportPath: "archbot/internal/catalog", Name: "catalog", Doc: "Package catalog reads a list."}); got != nil {
		t.Errorf("a good name is faulted: %q", got)
	}
}
