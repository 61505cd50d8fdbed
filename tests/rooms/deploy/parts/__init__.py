"""The parts as processes: how light they are, how quiet, and the agent as an install of its own."""
