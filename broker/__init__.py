"""The post office: letters, outbox, inbox, relay, worker, dead letters. It carries letters and opens none."""
