"""The unit that took a commitment, while it is checked: what runs, the letter to the person, their objection at the counter."""
