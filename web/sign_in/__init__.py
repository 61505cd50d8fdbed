"""Signing in: password, second step, sign-on, re-authentication. What is stored of it: access/."""
