"""`hecha relay`: sends letters from the outbox table to the broker."""

from deploy.cli.parts.beats import beats_of
from deploy.cli.parts.waiting_for_services import wait_for_services
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.secret_keys import WRONG_KEYS, WrongKeyFile
from deploy.post_office import open_post_office
from deploy.running import Running, run_until_stopped


def relay() -> None:
    """Carries letters from the database to the broker. Run any number."""
    settings = settings_or_exit()
    try:
        post, running = open_post_office(settings), Running()
    except WrongKeyFile as wrong:
        end(WRONG_KEYS, str(wrong))
    wait_for_services(post.database, post.declare)
    run_until_stopped(running, {"relay": post.relay(), "beats": beats_of(post, "relay", running)})
