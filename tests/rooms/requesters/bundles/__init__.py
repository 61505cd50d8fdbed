"""Tests of requesters/bundles/."""
