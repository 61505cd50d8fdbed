"""Registers that answer by a TOML file alone."""
