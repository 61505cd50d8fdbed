"""The directory of certificates: classes, changes and their second person, what is counted."""
