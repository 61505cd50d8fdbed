"""What the house costs: questions a second, milliseconds a question, memory, and the broker's bare speed beside them."""
