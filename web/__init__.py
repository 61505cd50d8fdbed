"""The page kit: context, templates, static files, languages, problems, live pages, limits. A user's pages stand in their room."""
