package terminal

import (
	"encoding/json"
	"io"

	"archbot/internal/bot"
)

// The types below are what --json prints. The shape is a promise: fields may be
// added, none is renamed or left out, and an empty list is [] and never null.
//
//	{
//	  "kind":      "found" | "nothing" | "tree" | "place" | "choice" | "edition" | "details",
//	  "text":      the answer in a sentence,
//	  "query":     what was looked for,
//	  "topics":    [{"id", "title", "level", "path": […], "below", "resources", "matched": […], "reasons": […], "children": […]}],
//	  "related":   topics near the first one, as above,
//	  "resources": [{"title", "url", "description", "kind", "level", "year" or null, "topic", "path": […], "matched": […], "reasons": […]}],
//	  "notes":     [{"kind", "text", "commands": […]}]
//	}
type jsonReply struct {
	Kind      bot.ReplyKind  `json:"kind"`
	Text      string         `json:"text"`
	Query     string         `json:"query"`
	Topics    []jsonTopic    `json:"topics"`
	Related   []jsonTopic    `json:"related"`
	Resources []jsonResource `json:"resources"`
	Notes     []jsonNote     `json:"notes"`
}

type jsonTopic struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"`
	Level     string      `json:"level"`
	Path      []string    `json:"path"`
	Below     int         `json:"below"`
	Resources int         `json:"resources"`
	Matched   []string    `json:"matched"` // words of the list
	Reasons   []string    `json:"reasons"` // and what they stood for
	Children  []jsonTopic `json:"children"`
}

type jsonResource struct {
	Title       string   `json:"title"`
	URL         string   `json:"url"`
	Description string   `json:"description"`
	Kind        string   `json:"kind"`
	Level       string   `json:"level"`
	Year        *int     `json:"year"`
	Topic       string   `json:"topic"`
	Path        []string `json:"path"`
	Matched     []string `json:"matched"`
	Reasons     []string `json:"reasons"`
}

type jsonNote struct {
	Kind     bot.NoteKind `json:"kind"`
	Text     string       `json:"text"`
	Commands []string     `json:"commands"`
}

// JSON writes a reply for programs, as one indented object.
func JSON(w io.Writer, r bot.Reply) error {
	out := jsonReply{
		Kind: r.Kind, Text: r.Text, Query: r.Query,
		Topics:    jsonTopics(r.Topics),
		Related:   jsonTopics(r.Related),
		Resources: []jsonResource{},
		Notes:     []jsonNote{},
	}
	for _, res := range r.Resources {
		out.Resources = append(out.Resources, newJSONResource(res))
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, jsonNote{n.Kind, n.Text, some(n.Commands)})
	}
	return Encode(w, out)
}

// Encode writes v as this program writes all its JSON: indented, and with <, >
// and & as they are.
func Encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func jsonTopics(cards []bot.TopicCard) []jsonTopic {
	out := []jsonTopic{}
	for _, t := range cards {
		out = append(out, jsonTopic{
			ID: string(t.ID), Title: t.Title, Level: string(t.Tier), Path: some(t.Path),
			Below: t.Below, Resources: t.Resources, Matched: matched(t.Reasons), Reasons: reasons(t.Reasons), Children: jsonTopics(t.Children),
		})
	}
	return out
}

func newJSONResource(r bot.ResourceCard) jsonResource {
	out := jsonResource{
		Title: r.Title, URL: r.URL, Description: r.Description,
		Kind: string(r.Kind), Level: string(r.Level),
		Topic: string(r.Topic), Path: some(r.Path), Matched: matched(r.Reasons), Reasons: reasons(r.Reasons),
	}
	if r.Year != 0 {
		out.Year = &r.Year
	}
	return out
}

// matched are the words of the list that answered.
func matched(why []bot.Reason) []string {
	out := []string{}
	for _, r := range why {
		out = append(out, r.Word)
	}
	return out
}

func reasons(why []bot.Reason) []string {
	out := []string{}
	for _, r := range why {
		out = append(out, r.String())
	}
	return out
}

// some is ss, but never null.
func some(ss []string) []string {
	if ss == nil {
		return []string{}
	}
	return ss
}
