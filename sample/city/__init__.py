"""The invented city, always the same: people, households, registers, paper archives. Nobody in it exists."""
