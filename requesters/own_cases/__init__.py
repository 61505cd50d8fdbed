"""The cases a unit has asked: lists, pages, unread answers, events, ratings, spot checks. All cases: supervisors/."""
