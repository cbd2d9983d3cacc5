package bot

import "archbot/internal/catalog"

// topicCard is a topic with its counts, without its children.
func topicCard(c *catalog.Catalog, t catalog.Topic) TopicCard {
	below := 0
	urls := make(map[string]bool)
	survey(c, t.ID, &below, urls)
	return TopicCard{
		ID: t.ID, Title: t.Title, Tier: t.Tier, Path: c.Path(t.ID),
		Below: below, Resources: len(urls),
	}
}

// survey counts what is below a topic. A resource may stand in several.
func survey(c *catalog.Catalog, id catalog.TopicID, below *int, urls map[string]bool) {
	for _, r := range c.In(id) {
		urls[catalog.URLKey(r.URL)] = true
	}
	for _, child := range c.Children(id) {
		*below++
		survey(c, child.ID, below, urls)
	}
}

func resourceCard(c *catalog.Catalog, r catalog.Resource) ResourceCard {
	return ResourceCard{
		Title: r.Title, URL: r.URL, Description: r.Description,
		Kind: r.Kind, Level: r.Level, Year: int(r.Year),
		Topic: r.Topic, Path: c.Path(r.Topic),
	}
}
