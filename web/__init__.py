"""The page kit: context, templates, languages, errors, live pages, limits. A user's pages stand in their room."""
