"""The survey: blank sheets for each unit, their import, names matched to certificates, the reconciliation, the wall."""
