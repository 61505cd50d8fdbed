"""The words pages use for states, fields, waiting and flash messages: English msgids. The texts of SMS: contacts/wording."""
