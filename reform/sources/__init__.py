"""Sources: the board of the departments' registers, which of them are connected, and which to connect next."""
