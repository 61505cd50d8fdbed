"""What is asked and what became of it: a case, its life, its moves. Whom to text or ring stands in contacts/."""
