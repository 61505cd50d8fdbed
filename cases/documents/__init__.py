"""What people prove with who they are: how the number of each kind of document is read, checked, masked and compared."""
