"""The commands that run one part each: serve, relay, work, clock, respond."""
