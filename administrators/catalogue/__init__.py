"""The catalogue as it was loaded, to look at. Nothing is changed here: items are files in cases/catalogue."""
