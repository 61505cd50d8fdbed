"""Items, matters and ladders as their TOML files say them, found by a few letters. Who may ask them: cases/grants."""
