"""Commitments at the counter: the form, reading and signing, the sealed paper, the unit's list, and papers that follow by a day."""
