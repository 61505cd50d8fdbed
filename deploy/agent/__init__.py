"""A department'"'"'s agent put together, and its own command `hecha-agent`; the wheel of it holds nothing of the house."""
