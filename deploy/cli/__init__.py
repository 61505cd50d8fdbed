"""The commands, one file each; those that know the sample city: sample/cli."""
