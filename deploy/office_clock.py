"""For trying Hecha out at night or on a Sunday: a house whose clock stands at the offices' next opening."""

from datetime import timedelta

from rich.console import Console

from deploy.assemble import open_rulebook
from deploy.settings import Settings
from deploy.wallclock import clock_of, real_now

INTO_THE_MORNING = timedelta(minutes=30)


def with_offices_open(settings: Settings, console: Console) -> Settings:
    """The settings with a clock file at home. Where the offices are closed by it, it is moved to their opening."""
    file = settings.clock_file or settings.home / "clock"
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    now, calendar = clock_of(file)(), open_rulebook(settings).calendar
    opening = calendar.next_opening(now)
    if opening > now:
        opening += INTO_THE_MORNING
        file.write_text(f"{(opening - real_now()).total_seconds():.3f}")
        shown = opening.astimezone(calendar.zone).strftime("%A %Y-%m-%d %H:%M")
        console.print(f"The offices are closed at this hour: this house's clock was set to {shown}.", highlight=False)
    return settings.model_copy(update={"clock_file": file})
