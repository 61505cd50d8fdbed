"""Asking the community beside a case: places, phone task, replies by text or page. Who its people are: contacts/roster."""
