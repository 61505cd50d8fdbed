"""The stories, told from the first question to the last answer; and those of them in which each kind of letter travels."""

# A question and its finding, records in it, texts out and in, a question that goes back and forth, a bundle's outcome at the
# bank's own system. Every story is told on one machine; where only the way of the letters differs, these are.
EACH_LETTER = ("kinship", "query", "community", "returned", "deposit")
# ... a finding put right, which all hear of; and what only the clock's own process brings about.
EACH_PART = (*EACH_LETTER, "amended", "false_commitment")
