package slack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"archbot/adapters/adaptertest"
)

// lacking is what Slack takes and its types do not have.
var lacking = strings.NewReplacer(
	// https://docs.slack.dev/reference/scopes/assistant.write; the comment at the end
	// of the line before is about it, and an error itself once the types have it.
	"\n        \"assistant:write\"", " // @ts-expect-error\n        \"assistant:write\"",
)

// mistakes are such as the types have to find, each planted in what is sent.
var mistakes = []struct{ in, right, wrong string }{
	{"messages/search", `"verbatim"`, `"verbtim"`},
	{"messages/search", `"type": "section"`, `"type": "sectoin"`},
	{"messages/search", `"type": "plain_text"`, `"type": "mrkdwn"`},
	{"messages/search", `"elements"`, `"element"`},
	{"messages/search", `"text": "More"`, `"text": 1`},
	{"views/home", `"type": "home"`, `"type": "haus"`},
	{"views/home", `"blocks"`, `"block"`},
	{"views/form_search", `"submit"`, `"submitt"`},
	{"views/completions", `"value"`, `"vaule"`},
	{"manifest", `"usage_hint"`, `"usage_hnit"`},
	{"manifest", `"chat:write"`, `"chat:wirte"`},
	{"manifest", `"app_mention"`, `"app_mentoin"`},
	{"manifest", `"messages_tab_read_only_enabled"`, `"messages_tab_readonly"`},
	{"manifest", `"type": "message"`, `"type": "massage"`},
}

// Slack's own types, by TypeScript's own compiler, take everything that is sent, and
// the manifests; and they refuse what is planted.
func TestSlackTypes(t *testing.T) {
	dir := nodeDir(t, "tsconfig.json", "sent.ts")
	constants := make(map[string]string)
	for _, s := range allSent(t) {
		constants[s.name] = adaptertest.Constant(s.kind, string(s.json))
	}
	for name, o := range map[string]ManifestOptions{
		"manifest": {}, "manifest_http": {Address: "https://bot.example.com"}, "manifest_assistant": {View: AssistantView},
	} {
		m, err := Manifest(o)
		if err != nil {
			t.Fatal(err)
		}
		constants[name] = adaptertest.Constant("Manifest", lacking.Replace(string(m)))
	}
	var planted []string
	for i, m := range mistakes {
		name := fmt.Sprintf("planted_%d", i)
		constants[name] = strings.Replace(constants[m.in], m.right, m.wrong, 1)
		if constants[name] == constants[m.in] {
			t.Errorf("%s has no %s", m.in, m.right)
		}
		planted = append(planted, name)
	}
	if len(constants) < 50 {
		t.Fatalf("only %d files are checked", len(constants))
	}
	refused := adaptertest.Compile(t, dir, constants)
	for i, name := range planted {
		if m := mistakes[i]; refused[name] == "" {
			t.Errorf("%s in %s is not refused", m.wrong, m.in)
		}
	}
	for name, why := range refused {
		if !slices.Contains(planted, name) {
			t.Errorf("%s: %s", name, why)
		}
	}
}
