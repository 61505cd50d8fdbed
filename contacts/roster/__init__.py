"""Areas and the people who know them: their pages, API, sheets, numbers and reachability. Texts to them: contacts/alerts."""
