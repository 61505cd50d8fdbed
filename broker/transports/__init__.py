"""How letters travel: the interface, RabbitMQ by pika, all else by kombu (SQLite, Redis, AMQP). What they say stands elsewhere."""
