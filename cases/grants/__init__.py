"""Who may ask what: grants, applications for them, the pledge. Their pages: administrators/permissions."""
