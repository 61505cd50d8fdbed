"""An agent of a town or village in the browser."""
