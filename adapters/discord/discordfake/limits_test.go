package discordfake

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// rep is a text of n characters.
func rep(n int) string { return strings.Repeat("x", n) }

// list is a JSON list of n things, each made with its number.
func jsonList(n int, one func(i int) string) string {
	var all []string
	for i := range n {
		all = append(all, one(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func button(label string, i int) string {
	return fmt.Sprintf(`{"type":2,"style":1,"label":%q,"custom_id":"b%d"}`, label, i)
}

func words(n int) string { return fmt.Sprintf(`{"type":10,"content":%q}`, rep(n)) }

// v2 is a message of components.
func v2(components string) string { return `{"flags":32768,"components":` + components + `}` }

func row(inner string) string { return `[{"type":1,"components":` + inner + `}]` }

func menu(options string) string {
	return row(`[{"type":3,"custom_id":"m","options":` + options + `}]`)
}

func choice(label string) func(int) string {
	return func(i int) string { return fmt.Sprintf(`{"label":%q,"value":"v%d"}`, label, i) }
}

// Each limit holds at its edge, and not one beyond.
func TestLimitsOfMessages(t *testing.T) {
	for _, tt := range []struct {
		name, fine, wrong string
	}{
		{"content", `{"content":"` + rep(2000) + `"}`, `{"content":"` + rep(2001) + `"}`},
		{"something", `{"content":"x"}`, `{"content":""}`},
		{"components without the flag", `{"content":"x","components":` + row("["+button("a", 1)+"]") + `}`, `{"content":"x","components":[` + words(1) + `]}`},
		{"content beside components", v2("[" + words(1) + "]"), `{"flags":32768,"content":"x","components":[` + words(1) + `]}`},
		{"embeds beside components", v2("[" + words(1) + "]"), `{"flags":32768,"embeds":[{"title":"x"}],"components":[` + words(1) + `]}`},
		{"components at all", v2("[" + words(1) + "]"), `{"flags":32768}`},
		{"text", v2("[" + words(4000) + "]"), v2("[" + words(4001) + "]")},
		{"text together", v2("[" + words(2000) + "," + words(2000) + "]"), v2("[" + words(2000) + "," + words(2001) + "]")},
		{"components", v2(jsonList(40, func(int) string { return words(1) })), v2(jsonList(41, func(int) string { return words(1) }))},
		{"nested components", v2(`[{"type":17,"components":` + jsonList(39, func(int) string { return words(1) }) + `}]`), v2(`[{"type":17,"components":` + jsonList(40, func(int) string { return words(1) }) + `}]`)},
		{"container in a container", v2(`[{"type":17,"components":[` + words(1) + `]}]`), v2(`[{"type":17,"components":[{"type":17,"components":[` + words(1) + `]}]}]`)},
		{"button label", v2(row("[" + button(rep(80), 1) + "]")), v2(row("[" + button(rep(81), 1) + "]"))},
		{"buttons in a row", v2(row(jsonList(5, func(i int) string { return button("a", i) }))), v2(row(jsonList(6, func(i int) string { return button("a", i) })))},
		{"custom id", v2(row(`[{"type":2,"style":1,"label":"a","custom_id":"` + rep(100) + `"}]`)), v2(row(`[{"type":2,"style":1,"label":"a","custom_id":"` + rep(101) + `"}]`))},
		{"custom id twice", v2(row("[" + button("a", 1) + "," + button("a", 2) + "]")), v2(row("[" + button("a", 1) + "," + button("a", 1) + "]"))},
		{"id twice", v2(`[{"type":10,"id":1,"content":"a"},{"type":10,"id":2,"content":"a"}]`), v2(`[{"type":10,"id":1,"content":"a"},{"type":10,"id":1,"content":"a"}]`)},
		{"link", v2(row(`[{"type":2,"style":5,"label":"a","url":"https://x/` + rep(502) + `"}]`)), v2(row(`[{"type":2,"style":5,"label":"a","url":"https://x/` + rep(503) + `"}]`))},
		{"link to a program", v2(row(`[{"type":2,"style":5,"label":"a","url":"https://x"}]`)), v2(row(`[{"type":2,"style":5,"label":"a","url":"javascript:x"}]`))},
		{"choices", v2(menu(jsonList(25, choice("a")))), v2(menu(jsonList(26, choice("a"))))},
		{"choice's label", v2(menu(jsonList(1, choice(rep(100))))), v2(menu(jsonList(1, choice(rep(101)))))},
		{"choice twice", v2(menu(`[{"label":"a","value":"a"},{"label":"a","value":"b"}]`)), v2(menu(`[{"label":"a","value":"a"},{"label":"a","value":"a"}]`))},
		{"menu beside a button", v2(menu(`[{"label":"a","value":"a"}]`)), v2(row(`[{"type":3,"custom_id":"m","options":[{"label":"a","value":"a"}]},` + button("a", 1) + `]`))},
		{"section", v2(`[{"type":9,"components":[` + words(1) + `],"accessory":` + button("a", 1) + `}]`), v2(`[{"type":9,"components":[` + words(1) + `]}]`)},
		{"mentions", `{"content":"x","allowed_mentions":{"parse":["users"]}}`, `{"content":"x","allowed_mentions":{"parse":["people"]}}`},
		{"mentions twice", `{"content":"x","allowed_mentions":{"users":["1"]}}`, `{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}`},
	} {
		for body, fine := range map[string]bool{tt.fine: true, tt.wrong: false} {
			var m map[string]any
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if wrong := CheckMessage(m); (len(wrong) == 0) != fine {
				t.Errorf("%s: %.120s: %q", tt.name, body, wrong)
			}
		}
	}
}

func TestLimitsOfModals(t *testing.T) {
	input := func(more string) string {
		return `{"type":1,"components":[{"type":4,"custom_id":"i","label":"a","style":1` + more + `}]}`
	}
	for _, tt := range []struct{ name, fine, wrong string }{
		{"title", `{"custom_id":"m","title":"` + rep(45) + `","components":[` + input("") + `]}`, `{"custom_id":"m","title":"` + rep(46) + `","components":[` + input("") + `]}`},
		{"custom id", `{"custom_id":"` + rep(100) + `","title":"a","components":[` + input("") + `]}`, `{"title":"a","components":[` + input("") + `]}`},
		{"fields", `{"custom_id":"m","title":"a","components":[` + input("") + `]}`, `{"custom_id":"m","title":"a","components":[]}`},
		{"placeholder", `{"custom_id":"m","title":"a","components":[` + input(`,"placeholder":"`+rep(100)+`"`) + `]}`, `{"custom_id":"m","title":"a","components":[` + input(`,"placeholder":"`+rep(101)+`"`) + `]}`},
		{"a label's select", `{"custom_id":"m","title":"a","components":[{"type":18,"label":"a","component":{"type":3,"custom_id":"s","options":[{"label":"a","value":"a"}]}}]}`, `{"custom_id":"m","title":"a","components":[{"type":18,"label":"a"}]}`},
	} {
		for body, fine := range map[string]bool{tt.fine: true, tt.wrong: false} {
			var m map[string]any
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if wrong := CheckModal(m); (len(wrong) == 0) != fine {
				t.Errorf("%s: %.120s: %q", tt.name, body, wrong)
			}
		}
	}
}

func TestLimitsOfCommands(t *testing.T) {
	command := func(more string) string { return `[{"name":"arch","description":"a"` + more + `}]` }
	option := func(name, more string) string {
		return `{"type":3,"name":"` + name + `","description":"a"` + more + `}`
	}
	options := func(all ...string) string { return command(`,"options":[` + strings.Join(all, ",") + `]`) }
	for _, tt := range []struct{ name, fine, wrong string }{
		{"name", command(""), `[{"name":"Arch","description":"a"}]`},
		{"name's signs", `[{"name":"ar-ch_1","description":"a"}]`, `[{"name":"ar ch","description":"a"}]`},
		{"menu's name", `[{"type":3,"name":"Find this"}]`, `[{"type":3,"name":"` + rep(33) + `"}]`},
		{"menu's description", `[{"type":2,"name":"Find this"}]`, `[{"type":2,"name":"Find this","description":"x"}]`},
		{"description", `[{"name":"arch","description":"` + rep(100) + `"}]`, `[{"name":"arch","description":"` + rep(101) + `"}]`},
		{"names twice", command(""), `[{"name":"arch","description":"a"},{"name":"arch","description":"b"}]`},
		{"options", command(`,"options":` + jsonList(25, func(i int) string { return option(fmt.Sprint("o", i), "") })), command(`,"options":` + jsonList(26, func(i int) string { return option(fmt.Sprint("o", i), "") }))},
		{"required first", options(option("a", `,"required":true`), option("b", "")), options(option("b", ""), option("a", `,"required":true`))},
		{"option twice", options(option("a", ""), option("b", "")), options(option("a", ""), option("a", ""))},
		{"choices", options(option("a", `,"choices":`+jsonList(25, func(i int) string { return fmt.Sprintf(`{"name":"n","value":"v%d"}`, i) }))), options(option("a", `,"choices":`+jsonList(26, func(i int) string { return fmt.Sprintf(`{"name":"n","value":"v%d"}`, i) })))},
		{"choice's name", options(option("a", `,"choices":[{"name":"`+rep(100)+`","value":"v"}]`)), options(option("a", `,"choices":[{"name":"`+rep(101)+`","value":"v"}]`))},
		{"completion", options(option("a", `,"autocomplete":true`)), options(option("a", `,"autocomplete":true,"choices":[{"name":"n","value":"v"}]`))},
		{"size", command(`,"options":` + jsonList(2, func(i int) string {
			return option(fmt.Sprint("o", i), `,"choices":`+jsonList(19, func(int) string { return `{"name":"` + rep(100) + `","value":"` + rep(100) + `"}` }))
		})), command(`,"options":` + jsonList(2, func(i int) string {
			return option(fmt.Sprint("o", i), `,"choices":`+jsonList(20, func(int) string { return `{"name":"` + rep(100) + `","value":"` + rep(100) + `"}` }))
		}))},
	} {
		for body, fine := range map[string]bool{tt.fine: true, tt.wrong: false} {
			var all []map[string]any
			if err := json.Unmarshal([]byte(body), &all); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if wrong := CheckCommands(all); (len(wrong) == 0) != fine {
				t.Errorf("%s: %.120s: %q", tt.name, body, wrong)
			}
		}
	}
}

func TestLimitsOfChoices(t *testing.T) {
	of := func(n int) map[string]any {
		var all []any
		for i := range n {
			all = append(all, map[string]any{"name": "n", "value": fmt.Sprint(i)})
		}
		return map[string]any{"choices": all}
	}
	if wrong := CheckChoices(of(25)); len(wrong) > 0 {
		t.Error(wrong)
	}
	if CheckChoices(of(26)) == nil || CheckChoices(map[string]any{}) == nil {
		t.Error("26 choices, and none at all, are let through")
	}
}
