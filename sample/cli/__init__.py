"""The commands that know the sample city: up, story, sample, phones. All others: deploy/cli."""
