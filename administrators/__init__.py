"""Those who run the house: units, accounts, permissions, keys, catalogue, what runs. They never see what a case says."""
