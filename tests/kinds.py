"""Which of the two databases a test runs on; both, where it says nothing."""

import pytest

# For what is decided before a database is asked, or by the statements of a test beside it: forms, the table of moves, wordings.
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
