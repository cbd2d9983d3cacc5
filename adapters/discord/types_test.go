package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"archbot/adapters/adaptertest"
)

// untyped are mistakes that the types have to find, each planted in what is sent.
var untyped = []struct{ in, right, wrong string }{
	{"testdata/messages/found.json", `"components"`, `"component"`},
	{"testdata/messages/found.json", `"type": 17`, `"type": 99`},
	{"testdata/messages/found.json", `"custom_id"`, `"customid"`},
	{"testdata/messages/found.json", `"accent_color": 3900150`, `"accent_color": "blue"`},
	{"testdata/modals/recommend.json", `"title"`, `"titel"`},
	{"arch", `"options"`, `"option"`},
	{"arch", `"description"`, `"descripton"`},
}

// The types of Discord's API that discord.js has, by TypeScript's own compiler, take all
// messages, modals and commands that are sent; and they refuse what is planted.
func TestAPITypes(t *testing.T) {
	dir := adaptertest.NodeDir(t, "testdata/node", "tsconfig.json", "sent.ts")
	kinds := map[string]string{"message": "Message", "modal": "Modal", "command": "Command"}
	constants := make(map[string]string)
	for _, b := range allSent(t) {
		constants[b.Name] = adaptertest.Constant(kinds[b.Kind], string(terse(t, b.Sent)))
	}
	if len(constants) < 30 {
		t.Fatalf("only %d are checked", len(constants))
	}
	var planted []string
	for i, m := range untyped {
		name := fmt.Sprintf("planted_%d", i)
		constants[name] = strings.Replace(constants[m.in], m.right, m.wrong, 1)
		if constants[name] == constants[m.in] {
			t.Errorf("%s has no %s", m.in, m.right)
		}
		planted = append(planted, name)
	}
	refused := adaptertest.Compile(t, dir, constants)
	for i, name := range planted {
		if m := untyped[i]; refused[name] == "" {
			t.Errorf("%s in %s is not refused", m.wrong, m.in)
		}
	}
	for name, why := range refused {
		if !slices.Contains(planted, name) {
			t.Errorf("%s: %s", name, why)
		}
	}
}

// terse leaves out what the library writes of fields that are not set, wherever they
// are: Discord takes null and false for nothing, where its types want nothing.
func terse(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	prune(v)
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func prune(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			prune(x)
		}
	case map[string]any:
		for k, x := range v {
			if x == nil || k == "autocomplete" && x == false {
				delete(v, k)
			}
			prune(x)
		}
	}
}
