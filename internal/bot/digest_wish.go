package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"archbot/internal/catalog"
	"archbot/internal/digest"
)

// Digests are what the digest command needs besides the State.
type Digests struct {
	// Engine has the subscriptions, and delivers an edition at once where somebody
	// wants it.
	Engine *digest.Engine
	// Anyone lets everybody change them, and not only those who administer a place.
	Anyone bool
}

// anyoneIn reports whether whoever asks may change the digests there: in direct
// messages they are one's own.
func (d *Digests) anyoneIn(r Request) bool {
	return d != nil && (d.Anyone || r.alone() && r.User != "")
}

// place is where the digests of a request come: its channel, or for somebody alone,
// their direct messages.
func (r Request) place() digest.Place {
	p := digest.Place{Platform: string(r.Platform), Workspace: string(r.Workspace), Channel: string(r.Channel)}
	if r.alone() {
		p.Channel = "@" + string(r.User)
	}
	return p
}

// alone reports whether nobody else is where the request was made.
func (r Request) alone() bool { return r.Direct || r.Channel == "" }

// wish is what somebody wants of a digest, as far as they said it.
type wish struct {
	topic   string
	when    *digest.Schedule
	count   int
	kind    *catalog.Kind
	level   *catalog.Level
	course  *bool
	details *bool
	zone    string
}

// wish reads what somebody wants: options, and what stands among the words of the
// argument.
func (c call) wish() (wish, *Reply) {
	w := wish{}
	rest := w.among(strings.Fields(c.argument))
	w.topic = strings.Join(rest, " ")
	if c.command.Name == "add" && w.when == nil {
		w.topic, w.when = scheduleBehind(rest)
	}
	if when := c.options[optWhen]; when != "" {
		s, err := digest.Parse(when)
		if err != nil {
			return w, c.wrong(optWhen, c.misunderstood(err))
		}
		w.when = &s
	}
	if n := c.options[optCount]; n != "" {
		w.count, _ = strconv.Atoi(n)
	}
	if w.count != 0 && (w.count < digest.MinCount || w.count > digest.MaxCount) {
		return w, c.wrong(optCount, misuse(c.command, fmt.Sprintf("An edition has %d to %d resources.", digest.MinCount, digest.MaxCount), ""))
	}
	w.narrow(c.options[optKind], c.options[optLevel])
	if course := c.options[optCourse]; course != "" {
		w.course = new(strings.EqualFold(course, yes))
	}
	if details := c.options[optDetails]; details != "" {
		w.details = new(strings.EqualFold(details, yes))
	}
	if zone := c.options[optZone]; zone != "" {
		found, err := digest.FindZone(zone)
		if err != nil {
			return w, c.wrong(optZone, misuse(c.command, err.Error(), ""))
		}
		w.zone = found
	}
	return w, nil
}

// wrong is a refusal because of an option, where that was said apart.
func (c call) wrong(option string, refusal *Reply) *Reply {
	if c.options[option] != "" {
		refusal.Field = option
	}
	return refusal
}

// said are the options that say the same; others stay as they were given.
func (w wish) said(given Options) Options {
	o := maps.Clone(given)
	if o == nil {
		o = make(Options)
	}
	o[optTopic] = w.topic
	if w.when != nil {
		o[optWhen] = w.when.String()
	}
	if w.count != 0 {
		o[optCount] = strconv.Itoa(w.count)
	}
	if w.kind != nil {
		o[optKind] = string(*w.kind)
	}
	if w.level != nil {
		o[optLevel] = string(*w.level)
	}
	if w.course != nil && *w.course {
		o[optCourse] = yes
	}
	if w.details != nil && *w.details {
		o[optDetails] = yes
	}
	return o
}

// narrow takes over a kind and a level.
func (w *wish) narrow(kind, level string) {
	if kind != "" {
		k := catalog.Kind(strings.ToLower(kind))
		if k == anyOf {
			k = ""
		}
		w.kind = &k
	}
	if level != "" {
		l := catalog.Level(strings.ToLower(level))
		if l == anyOf {
			l = ""
		}
		w.level = &l
	}
}

// among takes out of words what is said in passing: "count 5", "kind video", "level
// intro", "as a course", "with details", a time zone; and returns the others.
func (w *wish) among(words []string) (rest []string) {
	for i := 0; i < len(words); i++ {
		word, next := strings.ToLower(words[i]), ""
		if i+1 < len(words) {
			next = strings.ToLower(words[i+1])
		}
		n, err := strconv.Atoi(next)
		_, zoneErr := digest.FindZone(words[i])
		switch {
		case i == 0: // the topic begins with it
		case word == optCount && err == nil:
			w.count = n
			i++
			continue
		case word == optKind && slices.Contains(catalog.Kinds(), catalog.Kind(next)):
			w.narrow(next, "")
			i++
			continue
		case word == optLevel && slices.Contains(catalog.Levels(), catalog.Level(next)):
			w.narrow("", next)
			i++
			continue
		case word == "as" && next == "a" && i+2 < len(words) && strings.EqualFold(words[i+2], "course"):
			w.course = new(true)
			i += 2
			continue
		case word == "with" && next == optDetails:
			w.details = new(true)
			i++
			continue
		case strings.Contains(word, "/") && zoneErr == nil:
			w.zone, _ = digest.FindZone(words[i])
			continue
		}
		rest = append(rest, words[i])
	}
	return rest
}

// scheduleBehind takes a schedule off the end of what names a topic: as many words as
// are one.
func scheduleBehind(words []string) (topic string, when *digest.Schedule) {
	for i := 1; i < len(words); i++ {
		if s, err := digest.Parse(strings.Join(words[i:], " ")); err == nil {
			return strings.Join(words[:i], " "), &s
		}
	}
	return strings.Join(words, " "), nil
}

func (c call) misunderstood(err error) *Reply {
	reply := misuse(c.command, err.Error(), "For example:")
	reply.Notes = []Note{{Kind: NoteNext, Text: "Schedules are written like these: " + strings.Join(digest.Examples()[:5], "; ") + "."}}
	return reply
}

// zoneOf is the time zone of a digest: the one said, the user's, the channel's or the
// workspace's. Where there is none, the reply asks.
func (c call) zoneOf(ctx context.Context, w wish) (string, *Reply) {
	if w.zone != "" {
		return w.zone, nil
	}
	if zone, err := digest.FindZone(c.request.zone(ctx)); err == nil {
		return zone, nil
	}
	kept, err := c.bot.digests.Engine.Store.Zone(ctx, c.request.place())
	if err != nil {
		reply := c.trouble(ctx, err)
		return "", &reply
	}
	if kept != "" {
		return kept, nil
	}
	reply := &Reply{
		Kind: Misuse, Text: "In which time zone? I do not know it here, and will not guess. Once you have said it, I remember it for this place.",
		Form: c.command.form(w.said(c.options)), Field: optZone,
	}
	reply.Notes = []Note{{Kind: NoteNext, Text: "For example:", Commands: []string{c.line(optZone) + " zone:Europe/Berlin"}}}
	return "", reply
}

// which is the digest that somebody names: by its number, its id, or its topic.
func (c call) which(ctx context.Context) (digest.Record, *Reply) {
	records, refusal := c.digestsHere(ctx)
	if refusal != nil {
		return digest.Record{}, refusal
	}
	var found []digest.Record
	for i, r := range records {
		if c.argument == strconv.Itoa(i+1) || c.argument == "#"+strconv.Itoa(i+1) || c.argument == string(r.ID) {
			return r, nil
		}
		if c.argument == "" || strings.EqualFold(c.argument, r.Title) || c.argument == string(r.Topic) {
			found = append(found, r)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	reply := c.listOf(records)
	switch {
	case len(records) == 0:
	case len(found) > 1 || c.argument == "":
		reply.Kind, reply.Text = Misuse, "Which one? "+reply.Text
	default:
		reply.Kind, reply.Text = Misuse, "There is no digest "+quoted(c.argument)+" here. "+reply.Text
	}
	return digest.Record{}, &reply
}

// digestsHere are those of the request's place.
func (c call) digestsHere(ctx context.Context) ([]digest.Record, *Reply) {
	if c.bot.digests == nil {
		reply := stateless()
		return nil, &reply
	}
	channel, err := c.bot.digests.Engine.Store.Channel(ctx, c.request.place())
	if err != nil {
		reply := c.trouble(ctx, err)
		return nil, &reply
	}
	return channel.Records, nil
}

// probe asks whether the bot can post in a place, and find there what it posted. The
// notes say what is missing that one can do without.
func (c call) probe(ctx context.Context, p digest.Place) ([]Note, *Reply) {
	sender, _ := c.bot.digests.Engine.Senders.Of(p.Platform)
	prober, ok := sender.(digest.Prober)
	if !ok {
		return nil, nil
	}
	able, err := prober.Probe(ctx, p)
	switch {
	case err != nil:
		c.bot.log.WarnContext(ctx, "cannot tell whether a digest can be posted", "error", err)
		return nil, &Reply{Kind: Away, Text: "I cannot tell just now whether I may post here. Please try again in a moment."}
	case !able.Post:
		return nil, &Reply{Kind: Misuse, Text: "I cannot post in this channel. " + able.Mend}
	case !able.Find:
		return []Note{{Kind: NoteNext, Text: "I cannot read here what I have posted: an edition whose answer is lost is not sent again. " + able.Mend}}, nil
	}
	return nil, nil
}
