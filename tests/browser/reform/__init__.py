"""Browser tests of the reform office's pages."""
