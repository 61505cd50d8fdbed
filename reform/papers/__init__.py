"""Photographs and letters that belong to what the reform office keeps: a monitoring report's, a register's."""
