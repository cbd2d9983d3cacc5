package slack

import (
	"slices"

	"github.com/slack-go/slack"

	"archbot/internal/bot"
)

// homeState is what somebody's App Home shows.
type homeState struct {
	Answer  *bot.Reply // to what was asked here last; nil when nothing was
	Tree    bot.Reply  // what the list covers: `topics`
	Reading bot.Reply  // the person's reading list: `saved`
	Digests bot.Reply  // the digests in the person's direct messages: `digest list`
	Options renderOptions
}

// The parts of a home have so many of a view's blocks, and so much text together.
const (
	homeAnswerBlocks  = 40
	homeBrowseBlocks  = 12
	homeReadingBlocks = 30
	homeDigestBlocks  = 8
)

// renderHome is the App Home: a search box and what was found with it, the domains to
// browse, the reading list, and help. What is pressed there is answered there.
func renderHome(h homeState) slack.HomeTabViewRequest {
	p := newPage(h.Options, details[0])
	blocks := []slack.Block{heading("What do you want to know about?"), searchBox()}
	part := func(spare int, lay func(*page)) {
		var q *page
		for _, d := range details[1:] { // there is much on one page
			q = &page{options: h.Options, detail: d, room: maxMessage, spare: spare, actions: p.actions}
			if lay(q); !q.refused {
				break
			}
		}
		blocks = append(blocks, q.blocks...)
	}
	part(2, func(q *page) {
		q.row([]control{q.formButton("Search with filters", "search"), q.picker("Find a topic by name")})
	})
	if h.Answer != nil && h.Answer.Kind != bot.Silent {
		blocks = append(blocks, slack.NewDividerBlock())
		part(homeAnswerBlocks, func(q *page) { q.reply(*h.Answer) })
	}
	blocks = append(blocks, slack.NewDividerBlock(), heading("Browse"))
	part(homeBrowseBlocks, func(q *page) { q.browse(h.Tree) })
	blocks = append(blocks, slack.NewDividerBlock(), heading("Saved for later"))
	part(homeReadingBlocks, func(q *page) { q.shelf(h.Reading) })
	if h.Digests.Kind != "" {
		blocks = append(blocks, slack.NewDividerBlock(), heading("Digests in your direct messages"))
		part(homeDigestBlocks, func(q *page) { q.subscribed(h.Digests) })
	}
	blocks = append(blocks, slack.NewDividerBlock(), heading("Anywhere in Slack"))
	part(2, func(q *page) { q.usage() })
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}

// renderModal shows a message in a modal, where there is no channel to answer in.
func renderModal(title string, m message, private string) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, PrivateMetadata: private, CallbackID: actionPrefix + "answer",
		Title:  plain(title, "Answer", maxModalTitle),
		Close:  plain("Close", "Close", maxModalTitle),
		Blocks: slack.Blocks{BlockSet: m.Blocks},
	}
}

func heading(s string) *slack.HeaderBlock { return slack.NewHeaderBlock(plain(s, s, maxHeader)) }

// searchBox is a field that asks as soon as somebody presses Enter in it. Its ids stay
// the same, so that Slack keeps what stands in it when the home is shown anew.
func searchBox() *slack.InputBlock {
	const id = actionPrefix + kindSearch
	e := slack.NewPlainTextInputBlockElement(plain("circuit breaker, sharding, event sourcing …", "Search", maxPlaceholder), id)
	e.MaxLength = bot.MaxText
	e.DispatchActionConfig = &slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}}
	return slack.NewInputBlock(id, plain("Search", "Search", labelRoom), nil, e).WithDispatchAction(true)
}

// picker finds a topic by typing its name.
func (p *page) picker(label string) control {
	e := typedPicker(label, p.actionID(kindPick))
	return control{e, length(e.Placeholder.Text)}
}

// browse shows the top of the tree: buttons, where there are any to press.
func (p *page) browse(tree bot.Reply) {
	const columns, most = 5, 25
	p.remark(p.sentence(tree))
	var all []control
	for _, m := range tree.Menus {
		for _, b := range m.Choices {
			if b.Token != "" {
				all = append(all, p.button(b, ""))
			}
		}
	}
	if len(all) == 0 {
		p.topics(tree.Topics)
		p.notes(tree, leadingOn)
		return
	}
	for row := range slices.Chunk(all[:min(len(all), most)], columns) {
		p.row(row)
	}
}

// shelf shows a reading list.
func (p *page) shelf(reading bot.Reply) {
	controls := p.aside()
	controls.controls(reading)
	p.room, p.spare, p.refused = controls.room, controls.spare, controls.refused
	p.remark(p.sentence(reading))
	p.resources(reading)
	p.notes(reading, leadingOn)
	p.blocks = append(p.blocks, controls.blocks...)
}

// subscribed shows what is subscribed to, and a way to subscribe.
func (p *page) subscribed(r bot.Reply) {
	p.remark(p.sentence(r))
	p.digests(r.Facts)
	p.row([]control{p.formButton("Subscribe to a topic", "digest add")})
}

// usage says how to ask elsewhere.
func (p *page) usage() {
	p.remark(p.options.command("circuit breaking") + " finds topics and resources, " + p.options.command("help") + " shows the rest. " +
		"Only you see the answer, until you share it.\n" + p.options.elsewhere())
}
