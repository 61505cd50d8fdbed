"""Which of a unit's clerks is there on a day: standing order, shifts, absences, gaps. The pages: responders/duty."""
