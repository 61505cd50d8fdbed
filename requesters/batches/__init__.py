"""Sheets of questions: uploaded, checked row by row, confirmed, asked, answered as a sheet. One question: requesters/ask."""
