"""One case in the hands of a supervisor: urging, reassigning, deciding, overdue marks. What is held: supervisors/holds."""
