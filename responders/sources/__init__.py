"""Sources: a department's registers that answer without a program, each by one TOML file."""
