"""An invented city, the told stories, simulated phones, a moved clock. Nothing that runs in production loads it."""
