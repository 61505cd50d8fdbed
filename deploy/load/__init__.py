"""Loading units, accounts, the roster and grants from XLSX or CSV: all of it, or nothing and a list of what is wrong."""
