"""The story of the monitoring point: a town reports what was still asked for; who asked is told, and a new name becomes a task."""

import re
from collections.abc import Mapping
from itertools import count

from sample.stories.stage import Stage, StoryBroken
from sample.stories.teller import Teller

NEW = "门牌变更情况证明"


def monitoring_point(stage: Stage, tell: Teller) -> None:
    """A town reports two certificates that were still asked for: one that nobody may demand, and one that nobody knew."""
    page = stage.page("fotang-monitor", "/monitoring")
    month = _found(r'name="month" value="([^"]+)"', page)
    gone = _not_needed(stage)
    tell.does("fotang-monitor", f"enters that a bank still asked for {gone}")
    seen = {"month": month, "what": "asked_for", "asked_by": "滨江银行稠城支行", "why": "开户"}
    page = _send(stage, "fotang-monitor", "/monitoring", {**seen, "certificate": gone})
    tell.check("应告知：滨江银行稠城支行" in page, "the page says who must be told, and by which document")
    _new_name(stage, tell, seen)


def _new_name(stage: Stage, tell: Teller, seen: Mapping[str, str]) -> None:
    tell.does("fotang-monitor", f"enters {NEW}, which the directory does not know")
    name = next(one for n in count(1) if (one := NEW if n == 1 else f"{NEW}{n}") not in stage.page("reform1", "/reform/monitoring"))
    page = _send(stage, "fotang-monitor", "/monitoring", {**seen, "certificate": name, "chosen": "new"})
    tell.check("改革办处理中" in page, "it is with the reform office")
    tasks = stage.page("reform1", "/reform/monitoring")
    task = _found(rf'<li id="task-(\d+)"><span class="strong">{name}</span>', tasks)
    code = f"monitored_{task}"
    tell.does("reform1", "puts it into the directory, not classified yet")
    _send(stage, "reform1", f"/reform/monitoring/{task}", {"move": "added", "code": code, "en": "Change of a house number"})
    tell.check(name in stage.page("reform1", "/reform/certificates?class=none"), "it stands there among those without a class")
    waits = r'<li id="task-(\d+)"><span class="strong">[^<]*</span> 被索要 · 滨江银行稠城支行'
    told = _found(waits, stage.page("reform1", "/reform/monitoring"))
    tell.does("reform1", "rings the bank and notes that it was told")
    _send(stage, "reform1", f"/reform/monitoring/{told}", {"move": "told"})
    tell.check(f'id="task-{told}"' not in stage.page("reform1", "/reform/monitoring"), "nothing waits of it any more")


def _not_needed(stage: Stage) -> str:
    """The first certificate of the directory that nobody may demand."""
    return _found(r'href="/reform/certificates/\w+"[^>]*>([^<]+)<', stage.page("reform1", "/reform/certificates?class=not_needed"))


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise StoryBroken(f"not on the page: {pattern}")
    return found[1]


def _send(stage: Stage, who: str, path: str, typed: Mapping[str, str]) -> str:
    """Sends a form as this person's browser does; the page that comes after it."""
    token = _found(r'name="csrf" content="([^"]+)"', stage.page(who, "/me"))
    shown = stage.windows[who].post(f"{stage.url}{path}", data={"csrf": token, **typed}, timeout=60)
    if not shown.ok:
        raise StoryBroken(f"{path}: {shown.status_code}")
    return shown.text
