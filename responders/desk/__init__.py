"""The window clerk's desk: piles, a case on one screen, drafts, presence, the next case. Who is on duty: responders/duty."""
