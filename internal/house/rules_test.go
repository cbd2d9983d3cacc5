package house

import (
	"fmt"
	"slices"
	"strings"
)

// module is this module's path; patterns of our own packages are relative to it.
const module = "archbot"

// A rule says what some packages may import. Patterns are import paths, and
// with "/..." at the end everything below as well; "..." alone is everything.
type rule struct {
	name  string   // also the name of the linter's rule
	why   string   // what a person reads who broke it
	where []string // the packages of ours that it binds
	but   []string // not these among them
	may   []string // of our packages they import only these; nil: the rule is silent on them
	never []string // full import paths that they do not import
	tests bool     // binds test files too
	graph bool     // never: not anywhere in the dependency graph either
}

// The libraries of the platforms and the stores.
const (
	slackLib   = "github.com/slack-go/slack/..."
	discordLib = "github.com/bwmarrin/discordgo/..."
	redisLib   = "github.com/redis/go-redis/..."
	boltLib    = "go.etcd.io/bbolt/..."
	countLib   = "github.com/prometheus/..."
)

// testOnly are the fake platforms and the conformance suites.
var testOnly = []string{
	"adapters/adaptertest/...",
	"adapters/discord/discordfake/...",
	"adapters/slack/slackfake/...",
	"internal/search/searchtest/...",
	"internal/store/redistest/...",
	"internal/store/storetest/...",
}

// rules is the house. Imports run downwards only and siblings never meet.
var rules = []rule{
	{
		name:  "catalog",
		why:   "the list as data is the ground floor: it imports nothing of ours",
		where: []string{"internal/catalog/..."},
		may:   []string{},
	},
	{
		name:  "vocabulary",
		why:   "words and what they mean are text: which topic a meaning names is for a resolver to say",
		where: []string{"internal/vocabulary/..."},
		may:   []string{},
	},
	{
		name:  "search",
		why:   "search is an index over a catalog, with a vocabulary, and knows nothing else",
		where: []string{"internal/search/..."},
		may:   []string{"internal/catalog", "internal/vocabulary"},
	},
	{
		name:  "dialogue",
		why:   "a conversation searches; it does not know digests, commands or platforms",
		where: []string{"internal/dialogue/..."},
		may:   []string{"internal/search", "internal/catalog"},
	},
	{
		name:  "digest",
		why:   "a digest picks from the catalog; it does not know conversations, commands or platforms",
		where: []string{"internal/digest/..."},
		may:   []string{"internal/search", "internal/catalog"},
	},
	{
		name:  "bot",
		why:   "the command core declares the interfaces it needs; stores and adapters come from above",
		where: []string{"internal/bot/..."},
		may:   []string{"internal/dialogue", "internal/digest", "internal/search", "internal/catalog"},
	},
	{
		name:  "guard",
		why:   "what may be connected to is decided below everybody who connects, once, and knows none of them",
		where: []string{"internal/guard/..."},
		may:   []string{},
	},
	{
		name:  "source",
		why:   "a source turns bytes into a catalog; the embedded list is one of them, and the guard watches the others",
		where: []string{"internal/source/..."},
		may:   []string{"internal/catalog", "internal/vocabulary", "internal/guard", "data"},
	},
	{
		name:  "links",
		why:   "visiting needs addresses and the guard; which links there are, and who is told, is for app to say",
		where: []string{"internal/links/..."},
		may:   []string{"internal/guard"},
	},
	{
		name:  "store",
		why:   "a store implements what bot and digest declare, and nobody else is its business",
		where: []string{"internal/store/..."},
		may:   []string{"internal/bot", "internal/digest", "internal/catalog", "internal/store/..."},
	},
	{
		name:  "store-redis",
		why:   "the stores never meet: a deployment has one of them",
		where: []string{"internal/store/redis/..."},
		never: []string{module + "/internal/store/bolt/...", module + "/internal/store/memory/..."},
	},
	{
		name:  "store-bolt",
		why:   "the stores never meet: a deployment has one of them",
		where: []string{"internal/store/bolt/..."},
		never: []string{module + "/internal/store/memory/...", module + "/internal/store/redis/..."},
	},
	{
		name:  "store-memory",
		why:   "what stands in for a store needs none",
		where: []string{"internal/store/memory/..."},
		never: []string{module + "/internal/store/bolt/...", module + "/internal/store/redis/...", module + "/internal/store/resilient/...", redisLib, boltLib},
		graph: true,
	},
	{
		name:  "store-resilient",
		why:   "the wrapper bears any store that can be out of reach, so it knows none but what stands in for it",
		where: []string{"internal/store/resilient/..."},
		never: []string{module + "/internal/store/bolt/...", module + "/internal/store/redis/...", redisLib, boltLib},
		graph: true,
	},
	{
		name:  "store-ground",
		why:   "keys and arithmetic that stores share are plain values: they must build without any database",
		where: []string{"internal/store"},
		may:   []string{"internal/bot", "internal/digest"},
		never: []string{redisLib, boltLib},
		graph: true,
	},
	{
		name:  "config",
		why:   "settings are plain values that app hands down, so nothing here needs another package",
		where: []string{"internal/config/..."},
		may:   []string{},
	},
	{
		name:  "checkup",
		why:   "what a look at a part found is a plain value that every room can fill in",
		where: []string{"internal/checkup/..."},
		may:   []string{},
	},
	{
		name:  "seal",
		why:   "what encrypts sees bytes and words, whoever's they are",
		where: []string{"internal/seal/..."},
		may:   []string{},
	},
	{
		name:  "inflight",
		why:   "counting what was begun needs nobody, and both platforms do it",
		where: []string{"internal/inflight/..."},
		may:   []string{},
	},
	{
		name:  "stencil",
		why:   "what is cut out of responses is text to it: whose they are, and on which platform, is for adapters to know",
		where: []string{"internal/stencil/..."},
		may:   []string{},
	},
	{
		name:  "telemetry",
		why:   "everybody may be measured by telemetry, so it knows nobody",
		where: []string{"internal/telemetry/..."},
		may:   []string{},
	},
	{
		name:  "eval",
		why:   "what measures the bot asks it through functions that app hands in, so it cannot measure anything else",
		where: []string{"internal/eval/..."},
		may:   []string{},
	},
	{
		name:  "slack",
		why:   "an adapter knows the core and its own platform; app wires the rest",
		where: []string{"adapters/slack/..."},
		may:   []string{"internal/bot", "internal/digest", "internal/catalog", "internal/checkup", "internal/inflight", "internal/seal", "internal/stencil", "adapters/slack/..."},
	},
	{
		name:  "discord",
		why:   "an adapter knows the core and its own platform; app wires the rest",
		where: []string{"adapters/discord/..."},
		may:   []string{"internal/bot", "internal/digest", "internal/catalog", "internal/checkup", "internal/inflight", "internal/stencil", "adapters/discord/..."},
	},
	{
		name:  "terminal",
		why:   "an adapter knows the core and its own platform, and this one shows what came of visiting links; app wires the rest",
		where: []string{"adapters/terminal/..."},
		may:   []string{"internal/bot", "internal/digest", "internal/catalog", "internal/links", "internal/checkup", "adapters/terminal/..."},
	},
	{
		name:  "adaptertest",
		why:   "the conformance suite asks the same of every adapter, so it knows none",
		where: []string{"adapters/adaptertest/..."},
		may:   []string{"internal/bot", "internal/digest", "internal/search", "internal/vocabulary", "internal/catalog", "data", "adapters/adaptertest/..."},
	},
	{
		name:  "app",
		why:   "app wires everybody, but commands stand above it",
		where: []string{"internal/app/..."},
		may:   []string{"adapters/...", "internal/...", "data"},
	},
	{
		name:  "cmd",
		why:   "a command is flags and exit codes; what it does is app's",
		where: []string{"cmd/..."},
		may:   []string{"internal/app", "internal/config"},
	},
	{
		name:  "data",
		why:   "the embedded list and its vocabulary are bytes",
		where: []string{"data/..."},
		may:   []string{},
	},
	{
		name:  "house",
		why:   "the rules bind themselves: nothing of ours",
		where: []string{"internal/house/..."},
		may:   []string{},
	},
	{
		name:  "core-graph",
		why:   "the core must build, and be tested, without any platform or database library",
		where: []string{"internal/bot/...", "internal/digest/...", "internal/dialogue/...", "internal/search/...", "internal/vocabulary/...", "internal/catalog/..."},
		never: []string{slackLib, discordLib, redisLib, boltLib, countLib},
		tests: true,
		graph: true,
	},
	{
		name:  "platforms-graph",
		why:   "what is true on every platform must build without any of them: only app brings the two together",
		where: []string{"internal/..."},
		but:   []string{"internal/app/..."},
		never: []string{slackLib, discordLib},
		graph: true,
	},
	{
		name:  "databases-graph",
		why:   "whoever keeps something asks an interface: only the stores, and app that chooses one, build with a database",
		where: []string{"internal/..."},
		but:   []string{"internal/app/...", "internal/store/..."},
		never: []string{redisLib, boltLib},
		graph: true,
	},
	{
		name:  "slack-library",
		why:   "slack-go stays behind the Slack adapter, so that a change of theirs is a change in one room",
		where: []string{"..."},
		but:   []string{"adapters/slack/...", "internal/app/..."},
		never: []string{slackLib},
		tests: true,
	},
	{
		name:  "discord-library",
		why:   "discordgo stays behind the Discord adapter, so that it can be replaced",
		where: []string{"..."},
		but:   []string{"adapters/discord/...", "internal/app/..."},
		never: []string{discordLib},
		tests: true,
	},
	{
		name:  "store-libraries",
		why:   "databases stay behind internal/store: everybody else sees the interfaces of bot and digest",
		where: []string{"..."},
		but:   []string{"internal/store/...", "internal/app/..."},
		never: []string{redisLib, boltLib},
		tests: true,
	},
	{
		name:  "telemetry-library",
		why:   "whoever can be measured declares a function: only telemetry counts, and only app knows it",
		where: []string{"..."},
		but:   []string{"internal/telemetry/...", "internal/app/...", "cmd/..."},
		never: []string{countLib, module + "/internal/telemetry/..."},
		graph: true,
	},
	{
		name:  "fakes",
		why:   "fake platforms and conformance suites are for tests: none of their code ships",
		where: []string{"..."},
		but:   testOnly,
		never: ours(testOnly),
		graph: true,
	},
	{
		name:  "linear",
		why:   "people send what is matched: an engine that goes back and tries again can be kept busy for hours by one line",
		where: []string{"..."},
		never: []string{"github.com/dlclark/regexp2/...", "github.com/glenn-brown/golang-pkg-pcre/...", "go.elara.ws/pcre/..."},
		graph: true,
	},
	{
		name:  "outdated",
		why:   "there is a better one: errors, io and os, log/slog, math/rand/v2",
		where: []string{"..."},
		never: []string{"github.com/pkg/errors", "io/ioutil", "log", "math/rand"},
		tests: true,
	},
}

// ours turns patterns of our packages into full import paths.
func ours(patterns []string) []string {
	full := make([]string, len(patterns))
	for i, p := range patterns {
		full[i] = module + "/" + p
	}
	return full
}

// A pkg is what `go list -json` says of a package, as far as the rules ask.
type pkg struct {
	ImportPath   string
	Name         string
	Doc          string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// path is the package's path inside the module; ok tells whether it is ours.
func (p pkg) path() (path string, ok bool) {
	return strings.CutPrefix(p.ImportPath, module+"/")
}

// binds tells whether the rule is about a package of ours.
func (r rule) binds(path string) bool {
	return matches(r.where, path) && !matches(r.but, path)
}

// breaches says how the package breaks the rule, a sentence for each import.
func (r rule) breaches(p pkg) []string {
	path, ok := p.path()
	if !ok || !r.binds(path) {
		return nil
	}
	var out []string
	report := func(how, imported string) {
		if s := fmt.Sprintf("%s %s %s (%s: %s)", p.ImportPath, how, imported, r.name, r.why); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	imports := p.Imports
	if r.tests {
		imports = slices.Concat(imports, p.TestImports, p.XTestImports)
	}
	for _, imported := range imports {
		mine, isOurs := strings.CutPrefix(imported, module+"/")
		if matches(r.never, imported) || r.may != nil && isOurs && !matches(r.may, mine) {
			report("imports", imported)
		}
	}
	if !r.graph {
		return out
	}
	for _, dep := range p.Deps {
		if matches(r.never, dep) && !slices.Contains(imports, dep) {
			report("depends on", dep)
		}
	}
	return out
}

// matches tells whether one of the patterns covers the path.
func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if pattern == "..." {
			return true
		}
		below, tree := strings.CutSuffix(pattern, "/...")
		return path == below || tree && strings.HasPrefix(path, below+"/")
	})
}
