package metered

// What may be asked of a store, as it is called where it is counted.
const (
	opTake              = "take"
	opFirstTime         = "first_time"
	opSettle            = "settle"
	opLoadConversation  = "load_conversation"
	opKeepConversation  = "keep_conversation"
	opEndConversation   = "end_conversation"
	opKeepToken         = "keep_token"
	opLoadToken         = "load_token"
	opSave              = "save"
	opSaved             = "saved"
	opUnsave            = "unsave"
	opArrived           = "arrived"
	opSigningKey        = "signing_key"
	opForget            = "forget"
	opLoadInstallation  = "load_installation"
	opKeepInstallation  = "keep_installation"
	opEraseInstallation = "erase_installation"
	opInstalled         = "installed"
	opForgetScope       = "forget_scope"
	opKeptOf            = "kept_of"
	opChannel           = "channel"
	opStep              = "step"
	opRemove            = "remove"
	opClaim             = "claim"
	opDue               = "due"
	opSeen              = "seen"
	opHistory           = "history"
	opZone              = "zone"
	opKeepZone          = "keep_zone"
	opWorkspace         = "workspace"
	opForgetWorkspace   = "forget_workspace"
	opProbe             = "probe"
)

// Ops are the names of all that may be asked of a store.
func Ops() []string {
	return []string{
		opTake,
		opFirstTime,
		opSettle,
		opLoadConversation,
		opKeepConversation,
		opEndConversation,
		opKeepToken,
		opLoadToken,
		opSave,
		opSaved,
		opUnsave,
		opArrived,
		opSigningKey,
		opForget,
		opLoadInstallation,
		opKeepInstallation,
		opEraseInstallation,
		opInstalled,
		opForgetScope,
		opKeptOf,
		opChannel,
		opStep,
		opRemove,
		opClaim,
		opDue,
		opSeen,
		opHistory,
		opZone,
		opKeepZone,
		opWorkspace,
		opForgetWorkspace,
		opProbe,
	}
}
