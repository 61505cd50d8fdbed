"""Tests of responders/agent/."""
