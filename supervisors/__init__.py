"""Those who watch the clocks and decide what two units cannot settle."""
