"""Database, bulk rows, encrypted columns, vault, change signals, spreadsheets. It knows no case and no letter."""
