"""Units, accounts, roster and grants from sheets, all or nothing. The roster alone by its keepers: contacts/roster."""
