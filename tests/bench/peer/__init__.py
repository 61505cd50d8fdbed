"""The peer: what a team would build instead, with FastAPI, SQLModel, Celery, Dramatiq or bare pika, as their documents advise."""
