"""Items, matters and ladders, read from TOML files and searched. Who may ask them: cases/grants."""
