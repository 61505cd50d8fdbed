"""How letters travel: the interface, RabbitMQ (pika) and the embedded file (kombu). What they say stands elsewhere."""
