"""The kinds of document, one a file; cases/documents/known_kinds.py finds them."""
