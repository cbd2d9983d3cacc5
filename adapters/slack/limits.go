package slack

// The limits of Block Kit, in characters unless said otherwise. Slack does not say
// what it calls a character; here one is a UTF-16 code unit of the text as it is sent,
// entities included, which is the most that it can mean.
const (
	// https://docs.slack.dev/reference/block-kit/blocks
	maxMessageBlocks = 50
	maxViewBlocks    = 100

	// https://docs.slack.dev/reference/block-kit/blocks/header-block
	maxHeader = 150

	// https://docs.slack.dev/reference/block-kit/blocks/section-block
	maxSection = 3000
	maxFields  = 10
	maxField   = 2000

	// https://docs.slack.dev/reference/block-kit/composition-objects/text-object
	maxText = 3000 // of a context's element too, for which no page says less

	// https://docs.slack.dev/reference/block-kit/blocks/actions-block
	maxActions = 25

	// https://docs.slack.dev/reference/block-kit/block-elements/button-element
	maxButton             = 75
	maxAccessibilityLabel = 75

	// https://docs.slack.dev/reference/block-kit/composition-objects/option-object
	maxOptionText        = 75
	maxOptionDescription = 75
	maxOptionValue       = 150 // of any option; overflow menus have the same ones

	// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
	maxOptions     = 100
	maxPlaceholder = 150

	// https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
	maxOverflow = 5

	// https://docs.slack.dev/reference/block-kit/blocks/input-block
	maxInputLabel = 2000
	maxInputHint  = 2000

	// https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
	maxInputValue = 3000

	// https://docs.slack.dev/reference/views/modal-views
	maxModalTitle = 24

	// maxMessage is how much text a message has in all its blocks together. The limit
	// is in no document: 9,597 characters were accepted and 11,341 refused with
	// msg_blocks_too_long, https://github.com/slackapi/bolt-js/issues/2867
	maxMessage = 9000
)
