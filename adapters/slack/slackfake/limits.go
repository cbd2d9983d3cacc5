package slackfake

import "time"

// Limits of messages. Where no source is named they are those of
// https://docs.slack.dev/reference/block-kit and of the models in Slack's own SDKs.
const (
	maxBlocks     = 50 // in a message
	maxViewBlocks = 100
	maxBlockID    = 255
	maxActionID   = 255

	maxHeader      = 150
	maxSectionText = 3000 // of any text object, for that matter
	maxFields      = 10
	maxFieldText   = 2000
	maxContext     = 10
	maxActions     = 25
	maxContextActs = 5
	maxMarkdown    = 12000 // in all markdown blocks of a message together
	maxAltText     = 2000
	maxURL         = 3000
	maxImageTitle  = 2000
	maxTableRows   = 100
	maxTableCols   = 20
	maxCardTitle   = 150
	maxCardBody    = 200
	maxCards       = 10

	maxButtonText  = 75
	maxButtonValue = 2000
	maxLabel       = 75 // accessibility_label
	maxPlaceholder = 150
	maxOptions     = 100
	maxGroups      = 100
	maxOptionText  = 75
	maxOptionValue = 150
	maxGroupLabel  = 75
	maxChoices     = 10 // radio buttons and checkboxes
	maxOverflow    = 5
	maxInput       = 3000 // what a text input may hold at most
	maxInputLabel  = 2000

	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30

	maxViewTitle    = 24
	maxViewButton   = 24
	maxPrivate      = 3000 // private_metadata
	maxCallbackID   = 255
	maxExternalID   = 255
	maxViewBytes    = 250_000 // "greater than 250kb": view_too_large
	maxStack        = 3       // modals on one another: push_limit_reached
	maxPrompts      = 4
	maxLoading      = 10
	maxResponseUses = 5

	// Longer text is cut, with the warning message_truncated
	// (https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages).
	maxText = 40_000
	// chat.update refuses what is longer with msg_too_long, says its reference.
	maxUpdateText = 4_000

	// maxBlockText is the text of all blocks of a message together. Slack refuses
	// with msg_blocks_too_long from some length that it does not publish: 9,597
	// characters were seen accepted and 11,341 refused (slackapi/bolt-js#2867,
	// #2509). This is the cautious reading: what nobody has seen accepted is
	// refused.
	maxBlockText = 9_600

	// maxMetadata, in bytes of JSON, is a cautious reading too: the error
	// metadata_too_large exists, and its figure is not published.
	maxMetadata = 8_000

	// Slack drops answers on a socket from this size on without a word, as
	// slack-go's socketmode documents.
	maxSocketAnswer = 20_000
	maxSockets      = 10
)

// Times after which things end.
const (
	triggerLife  = 3 * time.Second
	ackDeadline  = 3 * time.Second
	responseLife = 30 * time.Minute
	tokenLife    = 12 * time.Hour
	codeLife     = 10 * time.Minute
)
