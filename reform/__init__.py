"""Those who make a city need fewer certificates: its directory, the survey, what is still asked for, and what was saved."""
