"""Fields of records that queries give back and compares look at: their values, what may leave, what is compared. Pure."""
