"""The story of the survey: two units' sheets become points that do not fit, and a name nobody knew a way for a bank's clerk."""

import re
from collections.abc import Mapping, Sequence

from sample.stories.stage import Stage, StoryBroken
from sample.stories.teller import Teller
from sample.survey import NEW, UNUSED, survey_files

DOCUMENT = "义改办〔2026〕7号（示例）"
SENT = ("survey-bank-binjiang.xlsx", "survey-fotang-town.xlsx")


def survey(stage: Stage, tell: Teller) -> None:
    """Two units' sheets are reconciled, and a certificate that nobody knew gets its class with two pairs of eyes."""
    tell.does("reform1", "takes in the sheets of the bank and of Fotang Town")
    files, known = survey_files(), stage.page("reform1", "/reform/survey")
    tell.check("滨江银行稠城支行" in known, "both units stand on the list of the survey")
    preview = _send(stage, "reform1", "/reform/survey/uploads", {}, [("file", (name, files[name])) for name in SENT])
    tell.check("不能收录" not in preview, "each sheet says whose it is, and nothing is wrong with it")
    _send(stage, "reform1", f"{_upload(preview)}/take", {})
    _names(stage, tell)
    _points(stage, tell)
    _class(stage, tell)


def _upload(page: str) -> str:
    return str(re.findall(r'action="(/reform/survey/uploads/[0-9a-f-]+)/take"', page)[0])


def _names(stage: Stage, tell: Teller) -> None:
    page = stage.page("reform1", "/reform/survey/names")
    tell.check(NEW in page and UNUSED in page, "two names mean no certificate of the directory yet")
    tell.does("reform1", "says of both that they are certificates of their own")
    forms = re.findall(r'name="(form_\d+)" value="([^"]+)"', page)
    chosen = dict(forms) | {name.replace("form", "choice"): "+" for name, form in forms if form in (NEW, UNUSED)}
    _send(stage, "reform1", "/reform/survey/names", chosen)


def _points(stage: Stage, tell: Teller) -> None:
    page = stage.page("reform1", "/reform/survey/points")
    tell.check(_has(page, "有人收，无人开", NEW), "the bank takes what nobody says to issue")
    tell.check(_has(page, "有人开，无人收", UNUSED), "the town issues what nobody says to take")
    tell.check(_has(page, "数量对不上", "亲属关系证明"), "200 proofs of kinship are taken a year, and 900 issued")
    tell.does("reform1", "rings the town and settles the figures with a note")
    point = re.findall(r'id="p-(\d+)">\s*<p><strong>数量对不上', page)[0]
    _send(stage, "reform1", f"/reform/survey/points/{point}/settle", {"note": "另有约700份用于外地，电话核对"})
    tell.check("数量对不上" not in _shown(stage.page("reform1", "/reform/survey/points")), "the point is open no longer")


def _class(stage: Stage, tell: Teller) -> None:
    code = re.findall(rf'href="/reform/certificates/(\w+)">{NEW}<', stage.page("reform1", "/reform/certificates?class=none"))[0]
    tell.does("reform1", "proposes that the marriage register answers instead, by a document and from a day on")
    way = {"certificate_class": "check", "item_0": "marriage", "document": DOCUMENT, "since": "2026-03-02", "seen": "1"}
    seen = _send(stage, "reform1", f"/reform/certificates/{code}/class", way)
    tell.check("请再看一遍" in seen, "before and after stand side by side, and nothing is proposed yet")
    _send(stage, "reform1", f"/reform/certificates/{code}/class", {**way, "confirmed": "yes"})
    tell.check(_class_of(stage) == "", "a clerk's search finds it without a class as long as nobody has confirmed it")
    number = re.findall(r'id="p-(\d+)"', stage.page("reform2", "/reform/proposals"))[0]
    tell.does("reform2", "confirms it")
    _send(stage, "reform2", f"/reform/proposals/{number}/confirm", {})
    tell.check(_class_of(stage) == "check", "the bank's search leads to the check now")
    found = stage.page("bank1", f"/ask?q={NEW}")
    tell.check(NEW in found and "部门核查" in found, "and so does the search on the clerk's page")
    history = stage.page("reform1", f"/reform/certificates/{code}")
    tell.check("已由第二人确认" in history and DOCUMENT in history, "the history names the document and both people")


def _class_of(stage: Stage) -> str:
    """What the bank's own system reads of the certificate."""
    found = stage.call("bank1", "GET", f"/certificates?q={NEW}").json()["certificates"]
    return str(next(one["class"] for one in found if one["name"]["zh"] == NEW))


def _shown(page: str) -> str:
    """The page without the choices of its filters, which name every kind."""
    return re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)


def _has(page: str, kind: str, name: str) -> bool:
    return re.search(rf"<strong>{kind}</strong>[^<]*<a[^>]*>{name}<", page) is not None


def _send(stage: Stage, who: str, path: str, typed: Mapping[str, str], files: Sequence[tuple[str, tuple[str, bytes]]] = ()) -> str:
    """Sends a form as this person's browser does; the page that comes after it."""
    token = re.search(r'name="csrf" content="([^"]+)"', stage.page(who, "/reform"))
    data = {"csrf": token[1] if token else "", **typed}
    shown = stage.windows[who].post(f"{stage.url}{path}", data=data, files=list(files) or None, timeout=60)
    if not shown.ok:
        raise StoryBroken(f"{path}: {shown.status_code}")
    return shown.text
