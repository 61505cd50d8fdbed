"""Starting an agent, whichever command does it: looks at its keys, catalogue and handlers, says what is odd, and runs it."""

from collections.abc import Callable, Collection

from cases.catalogue.catalogue import CatalogueProblem, load
from deploy.agent.assembly import Connect, handlers_of, make_agent
from deploy.agent.checking import look_at_all
from deploy.agent.settings import AgentSettings
from deploy.agent.unit_keys import key_file
from deploy.running import Running, run_until_stopped
from deploy.wall_clock import clock_of
from responders.handlers import HandlerProblem, misnamed
from responders.sources.fault_words import SourceProblem
from responders.sources.loading import odd_sources

WRONG_CATALOGUE = "Wrong catalogue file"
WRONG_HANDLER = "Wrong handler file"
WRONG_SOURCE = "Wrong file of a source"


class WrongFile(Exception):
    """A file with which nothing can be started; `kind` says of which kind it is."""

    def __init__(self, kind: str, words: str) -> None:
        self.kind = kind
        super().__init__(words)


def odd_handlers(settings: AgentSettings, items: Collection[str]) -> list[str]:
    """Sentences about handler files of a city's own that answer nothing. Raises WrongFile for one that cannot be read."""
    try:
        return misnamed([folder / "handlers" for folder in settings.city_folders], items)
    except HandlerProblem as wrong:
        raise WrongFile(WRONG_HANDLER, str(wrong)) from None


def check_registers(settings: AgentSettings, unit: str, say: Callable[[str], None]) -> int:
    """Looks at every register of the unit and says how it is; 1 where one is away, else 0. Raises WrongFile."""
    try:
        for words in odd_sources(settings.city_folders, handlers_of(settings, unit)[0]):
            say(words)
        looks = []
        for look in look_at_all(settings, unit, clock_of(settings.clock_file)()):
            looks.append(look)
            say(look.line)
    except HandlerProblem as wrong:
        raise WrongFile(WRONG_HANDLER, str(wrong)) from None
    except SourceProblem as wrong:
        raise WrongFile(WRONG_SOURCE, str(wrong)) from None
    if not looks:
        say(f"{unit}: 没有可由机器回答的事项 / no item of this unit is answered by machine")
    return int(not looks or any(look.words for look in looks))


def run_agent(settings: AgentSettings, unit: str, connect: Connect, say: Callable[[str], None]) -> None:
    """Runs the agent until it is told to stop. Raises WrongFile."""
    if not (keys := settings.letter_keys or key_file(settings, unit)).exists():
        say(f"{keys} is missing: `keys make {unit}` makes it. Waiting for it.")
    try:
        items = load(settings.city_folders).items
    except CatalogueProblem as wrong:
        raise WrongFile(WRONG_CATALOGUE, str(wrong)) from None
    for words in odd_handlers(settings, items):
        say(words)
    for words in odd_sources(settings.city_folders, items):
        say(words)
    try:
        agent = make_agent(settings, unit, connect, clock_of(settings.clock_file), keys)
    except SourceProblem as wrong:
        raise WrongFile(WRONG_SOURCE, str(wrong)) from None
    run_until_stopped(Running(), {f"agent {unit}": agent})
