"""Running it: the pages of the administrators. They see units, people, permissions and parts, never what a case says."""
