"""What keeps asking honest: the fishing guard and the spot checks. Their pages: supervisors/holds."""
