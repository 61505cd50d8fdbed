"""Questions as a bank, a court or a school asks them about the city's people, and what the machines make of them."""
