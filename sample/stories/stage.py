"""HTTP client of the stories: calls, pages, phones and a movable clock of a running system."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, TypeVar

import requests

from cases.calendar.deadlines import Calendar
from deploy.wall_clock import clock_of, real_now
from sample.stories.bank_system import BankSystem
from storage.json import Json

Found = TypeVar("Found")
PATIENCE = 60.0  # real seconds for what should happen at once


class StoryBroken(AssertionError):
    """Something did not happen as it was told."""


@dataclass
class Stage:
    """Where a story plays: the addresses of Hecha and of the phones, the sheet of sample accounts, the clock's file, the
    departments' record stores."""

    url: str
    phones: str
    sheet: dict[str, Any]
    clock_file: Path
    calendar: Calendar
    records: Path
    system: BankSystem
    windows: dict[str, requests.Session] = field(default_factory=dict)

    def now(self) -> datetime:
        """The story's time."""
        return clock_of(self.clock_file)()

    def pass_office_minutes(self, minutes: int) -> datetime:
        """Moves the clock on by office minutes and two seconds; everybody reads the same clock."""
        return self.set_clock(self.calendar.add_office_minutes(self.now(), minutes).at + timedelta(seconds=2))

    def next_morning(self) -> datetime:
        """Moves the clock to half past nine of the next working day."""
        opening = self.calendar.next_opening(self.calendar.add_working_days(self.now(), 1).at - timedelta(hours=9))
        return self.set_clock(opening + timedelta(hours=1))

    def moment(self, day: date, clock: time_of_day) -> datetime:
        """This time of this day at the offices."""
        return datetime.combine(day, clock, self.calendar.zone)

    def set_clock(self, moment: datetime) -> datetime:
        """Moves the clock to this moment, never back."""
        ahead = max((moment - real_now()).total_seconds(), (self.now() - real_now()).total_seconds())
        self.clock_file.write_text(f"{ahead:.3f}")
        return self.now()

    def call(self, who: str, method: str, path: str, body: object = None, locale: str = "zh", **more: str) -> requests.Response:
        """One HTTP call with this person's key."""
        headers = {"Authorization": f"Bearer {self.sheet['accounts'][who]['key']}", "Accept-Language": locale, **more}
        return requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=90)

    def page(self, who: str, path: str) -> str:
        """A page as this person's browser shows it; signs in at the first one."""
        window = self.windows.get(who) or self._signed_in(who)
        shown = window.get(f"{self.url}{path}", timeout=30)
        if shown.status_code == 401 or "/sign-in" in shown.url:  # the clock has moved past the end of the session
            shown = self._signed_in(who).get(f"{self.url}{path}", timeout=30)
        if not shown.ok:
            raise StoryBroken(f"{path}: {shown.status_code}")
        return shown.text

    def press(self, who: str, path: str, fields: Json, seen: str = "") -> requests.Response:
        """Sends a form of the page `seen` (else of the form's own address) as this person's browser does; the reply as it came."""
        token = re.search(r'<meta name="csrf" content="([^"]+)">', self.page(who, seen or path))
        told = {**fields, "csrf": token[1] if token else ""}
        return self.windows[who].post(f"{self.url}{path}", data=told, timeout=30)

    def _signed_in(self, who: str) -> requests.Session:
        window = self.windows[who] = requests.Session()
        window.headers["Accept-Language"] = "zh"
        known = {name: self.sheet["accounts"][who][name] for name in ("username", "password")}
        window.post(f"{self.url}/sign-in", data=known, timeout=30).raise_for_status()
        return window

    def ask(self, who: str, question: Json) -> str:
        """Asks; the case number."""
        return str(self._good(self.call(who, "POST", "/cases", question))["number"])

    def look(self, who: str, number: str, wait: float = 0) -> Json:
        """The case as this person sees it."""
        return self._good(self.call(who, "GET", f"/cases/{number}?wait={wait}"))

    def move(self, who: str, number: str, move: str, **body: object) -> Json:
        """Makes a move; the case afterwards."""
        return self._good(self.call(who, "POST", f"/cases/{number}/{move}", body))

    def statements(self, who: str, number: str) -> list[Json]:
        """What contacts said about the case."""
        found: list[dict[str, Any]] = self._good(self.call(who, "GET", f"/cases/{number}/statements"))["statements"]
        return found

    def board(self) -> Json:
        """The supervisor's board."""
        return self._good(self.call("supervisor", "GET", "/board"))

    def texts(self, phone: str) -> list[str]:
        """What stands on this phone, oldest first."""
        messages = requests.get(f"{self.phones}/phones/{phone}.json", timeout=10).json()["messages"]
        return [m["body"] for m in sorted(messages, key=lambda m: m["created_at"]) if m["direction"].startswith("outbound")]

    def reply(self, phone: str, text: str) -> None:
        """Types a reply on this phone."""
        requests.post(f"{self.phones}/phones/{phone}/reply", json={"text": text}, timeout=10).raise_for_status()

    def phone_of(self, username: str) -> str:
        """An account's phone."""
        return str(self.sheet["accounts"][username]["phone"])

    def contacts(self, number: str, area: str) -> list[Json]:
        """An area's contacts in order, as the clerk sees them beside this open case."""
        found: list[dict[str, Any]] = self._good(self.call("police1", "GET", f"/contacts?case={number}&area={area}"))["contacts"]
        return found

    def until(self, what: str, look: Callable[[], Found | None]) -> Found:
        """What `look` gives as soon as it gives something true. Raises StoryBroken after PATIENCE."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.05)
        raise StoryBroken(f"waited in vain: {what}")

    def office_time(self, moment: str) -> str:
        """A moment of the API as the office's clock shows it."""
        return datetime.fromisoformat(moment).astimezone(self.calendar.zone).strftime("%Y-%m-%d %H:%M")

    def next_beat(self) -> None:
        """Lets the house's clock, which beats every second, look twice."""
        time.sleep(2.2)

    def until_state(self, who: str, number: str, state: str) -> Json:
        """The case once it is in this state."""
        return dict(self.until(f"{number} {state}", lambda: (c := self.look(who, number))["state"] == state and c))

    def text_with(self, phone: str, number: str) -> str:
        """The text about this case, once it is on the phone."""
        tail = number[-4:]
        return str(self.until(f"a text about {number}", lambda: next((t for t in self.texts(phone) if tail in t), "")))

    def _good(self, response: requests.Response) -> Json:
        if not response.ok:
            raise StoryBroken(f"{response.status_code}: {response.json().get('detail', '')}")
        return dict(response.json())
