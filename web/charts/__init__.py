"""Charts as pictures: drawing one, and sending it with a policy of its own. What is drawn stands in the rooms."""
