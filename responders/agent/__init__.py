"""A department's agent: reads questions, asks handlers, sends findings; no database of ours. Records: responders/handlers."""
