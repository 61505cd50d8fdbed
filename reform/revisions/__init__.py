"""Documents to revise: rules that still demand a certificate that is cancelled or not needed."""
