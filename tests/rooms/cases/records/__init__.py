"""Fields of records: values, minimising, comparing, and what a catalogue says of them."""
