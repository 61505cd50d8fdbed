"""Tests of cases/bundles/."""
