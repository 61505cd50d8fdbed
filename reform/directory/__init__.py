"""The directory of certificates as the reform office keeps it: list, certificate, class. The rules: cases/certificates."""
