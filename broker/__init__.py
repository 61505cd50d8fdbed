"""The post office: carries letters, opens none."""
