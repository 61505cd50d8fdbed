"""The told and checked tour: what Hecha is for, story by story, on a private system with a clock that can be moved."""
