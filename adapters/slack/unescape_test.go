package slack

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlainText(t *testing.T) {
	for s, want := range map[string]string{
		"circuit breaking":                                "circuit breaking",
		"<@U0BOT> circuit breaking":                       "circuit breaking",
		"<@U0BOT|archbot>: any videos?":                   ": any videos?",
		"what does <@U1|ann> say of <#C1|caching>?":       "what does @ann say of #caching?",
		"ask <@U1> about it":                              "ask  about it",
		"<!here> <!channel|channel> <!everyone> sharding": "sharding",
		"<!subteam^S1|@platform> sharding":                "@platform sharding",
		"<!subteam^S1> sharding":                          "sharding",
		"<!date^1392734382^{date}|18 Feb> news":           "18 Feb news",
		"save <https://example.com/a?b=1&amp;c=2>":        "save https://example.com/a?b=1&c=2",
		"see <https://example.com|this post>":             "see this post",
		"<mailto:ann@example.com|ann@example.com>":        "ann@example.com",
		"<mailto:ann@example.com>":                        "ann@example.com",
		"a &lt; b &amp;&amp; c &gt; d":                    "a < b && c > d",
		"&amp;lt; is written &amp;amp;lt;":                "&lt; is written &amp;lt;",
		"Map<String, List<T>> as typed":                   "Map<String, List<T>> as typed",
		"1 < 2":                                           "1 < 2",
		"<>":                                              "<>",
		"<|>":                                             "<|>",
		"<https://example.com":                            "<https://example.com",
		"":                                                "",
	} {
		if got := plainText(s, "U0BOT"); got != want {
			t.Errorf("plainText(%q) = %q, want %q", s, got, want)
		}
	}
	if got := plainText("<@U1> x", ""); got != "x" {
		t.Errorf("of a bot without an id: %q", got)
	}
}

// FuzzPlainText shows that text without markup survives Slack's escaping whatever it
// is, and that markup never makes more of a text than there was.
func FuzzPlainText(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Add("<@U0BOT|a> <https://a|b|c> <<a>|<b> &amp;lt;")
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := plainText(escaped.Replace(s), "U0BOT"), strings.TrimSpace(s); got != want {
			t.Fatalf("%q comes back as %q", want, got)
		}
		got := plainText(s, "U0BOT")
		if len(got) > len(s) || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("plainText(%q) = %q", s, got)
		}
	})
}
