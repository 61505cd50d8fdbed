"""The tour: which stories there are, and how they are told one after another."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.markup import escape

from sample.stories.bundles import court_filing, deposit
from sample.stories.certificates import cancelled, not_needed
from sample.stories.commitments import commitment, missing_paper
from sample.stories.desk import community, nobody, paper, two_clerks
from sample.stories.foreign import foreign_spouse
from sample.stories.lookups import compare, query
from sample.stories.machine import fifteen, kinship
from sample.stories.monitoring import monitoring_point
from sample.stories.ordinary import ordinary
from sample.stories.private import private_stage
from sample.stories.put_right import amended
from sample.stories.quarrels import disputed, returned, withdrawn
from sample.stories.rechecks import false_commitment
from sample.stories.refusals import refused
from sample.stories.stage import Stage, StoryBroken
from sample.stories.stations import station
from sample.stories.survey import survey
from sample.stories.talks import asked_back, later_day
from sample.stories.teller import Teller

Story = Callable[[Stage, Teller], None]
STORIES: dict[str, Story] = {
    "kinship": kinship,
    "fifteen": fifteen,
    "paper": paper,
    "community": community,
    "nobody": nobody,
    "two_clerks": two_clerks,
    "returned": returned,
    "ask_back": asked_back,
    "later_day": later_day,
    "disputed": disputed,
    "withdrawn": withdrawn,
    "amended": amended,
    "foreign_spouse": foreign_spouse,
    "station": station,
    "query": query,
    "compare": compare,
    "refused": refused,
    "deposit": deposit,
    "court_filing": court_filing,
    "not_needed": not_needed,
    "cancelled": cancelled,
    "survey": survey,
    "monitoring_point": monitoring_point,
    "commitment": commitment,
    "missing_paper": missing_paper,
    "false_commitment": false_commitment,
    "ordinary": ordinary,
}


def tell_one(stage: Stage, name: str, tell: Teller) -> None:
    """One story, on a fresh morning."""
    stage.next_morning()
    tell.begin(name, (STORIES[name].__doc__ or "").strip())
    STORIES[name](stage, tell)


def tell_stories(names: Sequence[str], console: Console) -> bool:
    """These stories, or all; whether every one went as told."""
    tell = Teller(console)
    with TemporaryDirectory(prefix="hecha-story-") as home:
        console.print("A private Hecha is set up in a scratch folder, with a clock that can be moved ...", highlight=False)
        with private_stage(Path(home)) as stage:
            try:
                for name in names or STORIES:
                    tell_one(stage, name, tell)
            except StoryBroken as broken:
                console.print(f"\n[red]The story broke:[/red] {escape(str(broken))}", highlight=False)
                return False
    console.print(f"\n[green]{len(names or STORIES)} stories told, {tell.checks} things seen to hold.[/green]", highlight=False)
    return True
