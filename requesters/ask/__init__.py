"""Asking one question, by page, API or letter: forms, checks, promise, pledge. Many at once: requesters/batches."""
