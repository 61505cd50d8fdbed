"""Settings, assembly, commands, operations, migrations, compose, systemd. The sample city stands in sample/."""
