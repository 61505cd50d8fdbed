"""Attachments of a case as both of its sides see them: sending one, and looking at it under one's own mark."""
