"""Sheets (XLSX, CSV) read into checked rows and written to be filled in. What a column means stands with its room."""
