"""The working calendar: working days, office hours, deadlines, days that differ. Who is on duty: cases/duty."""
