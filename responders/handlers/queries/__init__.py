"""Automatic handlers of class query: one file per item; each gives back what the register holds, field by field."""
