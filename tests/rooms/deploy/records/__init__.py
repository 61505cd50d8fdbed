"""Fields of records in the whole house: nothing beyond what a matter needs, wherever one looks."""
