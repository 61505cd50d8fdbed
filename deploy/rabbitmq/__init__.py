"""What RabbitMQ is told before Hecha uses it."""
