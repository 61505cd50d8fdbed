"""Working days, office hours and deadlines, with the days that differ. Who is on duty: cases/duty."""
