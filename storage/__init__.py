"""Where things are kept: database, bulk rows, encrypted columns, vault, change signals, sheets. It knows no case and no letter."""
