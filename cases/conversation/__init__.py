"""What both sides of a case say to each other, and what it does to the clock: asking back, a later day, urging."""
