"""What RabbitMQ is told before Hecha uses it: settings, accounts, queues. How it is used: broker/transports."""
