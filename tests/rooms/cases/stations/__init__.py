"""Tests of stations: rules, routing, moves within a house, and the desks of unit and station."""
