"""Looking at every register of a unit, as its agent would before it answers: `respond --check`."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from deploy.agent.assembly import handlers_of, place_of
from deploy.agent.settings import AgentSettings
from responders.agent.record_stores import NotHeld, RecordStore, SeenStore
from responders.handlers import RecordsAway


class Look(NamedTuple):
    """What a look at one item's records showed. `words` say what is wrong; empty where it can be asked."""

    item: str
    words: str
    rows: int | None = None
    as_of: str = ""

    @property
    def line(self) -> str:
        """As it is printed."""
        if self.words:
            return f"{self.item}: {self.words}"
        entries = "" if self.rows is None else f", {self.rows} 条 / entries"
        return f"{self.item}: 正常 / well{entries}" + (f", {self.as_of}" if self.as_of else "")


def look_at_all(settings: AgentSettings, unit: str, now: datetime) -> Iterator[Look]:
    """A look at the records of each item that is asked of this unit. Nothing of it is remembered. Raises SourceProblem."""
    items, known = handlers_of(settings, unit)
    place = place_of(settings, unit)
    own = [code for code, item in items.items() if item.holder == unit and code in known]
    for code in own:
        store = None
        try:
            store = RecordStore(code, known[code], place.store_of(unit), SeenStore(place.seen, writes=False))
            store.look(now)
            yield _well(code, store)
        except NotHeld:
            yield Look(code, "没有这个事项的档案 / no records of this item here")
        except RecordsAway as away:
            yield Look(code, str(away).removeprefix(f"{code}: "))
        except Exception as error:  # noqa: BLE001  # a handler may be a stranger's code
            yield Look(code, f"无法打开 / cannot be opened ({type(error).__name__})")
        finally:
            if store is not None:
                store.close()


def _well(code: str, store: RecordStore) -> Look:
    sight = getattr(store.records, "sight", None)
    return Look(code, "", sight.rows, sight.as_of) if sight else Look(code, "")
