"""What runs: process heartbeats, timers, dead letters, trail. For machines: deploy/operations/health.py and metrics.py."""
