"""For trying Hecha out at night or on a Sunday: a house whose clock stands at the offices' next opening."""

from datetime import timedelta

from rich.console import Console

from deploy.assembly import open_rulebook
from deploy.settings import Settings
from deploy.wall_clock import clock_of, real_now
from storage.private_files import private_folder

INTO_THE_MORNING = timedelta(minutes=30)


def with_offices_open(settings: Settings, console: Console) -> Settings:
    """The settings with a clock file at home. Where the offices are closed by it, it is moved to their opening."""
    file = settings.clock_file or settings.home / "clock"
    private_folder(settings.home)
    now, calendar = clock_of(file)(), open_rulebook(settings).calendar
    if calendar.next_opening(now) > now:
        now = calendar.next_opening(now) + INTO_THE_MORNING
        file.write_text(f"{(now - real_now()).total_seconds():.3f}")
    if now - real_now() > timedelta(minutes=1):
        shown = now.astimezone(calendar.zone).strftime("%A %Y-%m-%d %H:%M")
        console.print(f"So that offices are open, this house's clock stands at {shown}; the log keeps real time.", highlight=False)
    return settings.model_copy(update={"clock_file": file})
