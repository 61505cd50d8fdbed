"""The answer on paper: page, seal, watermark, and checking it. The seals' keys: deploy/operations."""
