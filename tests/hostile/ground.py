"""A house with two units of each kind, everybody's things in it marked, and principals of every role at its door."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from access.accounts import Account
from access.api_keys import ApiKey
from access.passwords import digest
from access.sessions import open_session
from access.units import Unit
from broker import dead_letters
from broker.transports.transport import Delivery
from cases.case import Case
from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from cases.duty.absence import Absence
from cases.duty.standing_order import Duty
from cases.grants.applications import Application
from cases.grants.grants import Grant
from cases.grants.pledges import Pledged
from cases.lifecycle import Actor
from cases.moves import Mover
from cases.opening import ask, open_cases
from cases.question import Question
from cases.safeguards.spot_checks import SpotCheck
from contacts.roster.roster import Contact
from contacts.statements import Said, record
from deploy.assembly import Assembly, assemble
from deploy.load.certificates import fill
from deploy.migrate import migrate_database
from deploy.settings import Settings
from reform.papers.paper import PaperPage
from reform.survey.points import SurveyPoint
from tests.apps import app_of
from tests.hostile.rechecks import OBJECTED, REASON, STATED, WHO, mark_rechecks
from tests.hostile.wire import Reply, Wire, as_json, form, multipart
from tests.rooms.cases.attachments.hostile_pictures import face, saved
from tests.rooms.county import AREA, ASKER, CIVIL, CLERK, MACHINE, MONDAY, SECOND, SECRETARY, WHY, County, settle
from tests.rooms.requesters.commitments.counter import INCOME, LATER
from tests.routes import RULEBOOK
from tests.sheets import xlsx

# Who comes to the door, of which unit, as what: of the two units whose things stand here there is somebody with the right role,
# and somebody with the wrong one. `nobody` has not signed in.
PEOPLE = {
    "asker": ("bank", "asker"), "colleague": ("bank", "asker"), "other": ("court", "asker"),
    "clerk": ("police", "clerk"), "registrar": ("civil", "clerk"), "keeper": ("police", "keeper"),
    "supervisor": ("data-office", "supervisor"), "admin": ("bank", "admin"), "envoy": ("bank", "envoy"),
    "reformer": ("data-office", "reformer"), "monitor": ("civil", "monitor"), "inspector": ("data-office", "inspector"),
}  # fmt: skip
VISITORS = ("nobody", *PEOPLE)
REGISTRAR = Mover(Actor.CLERK, "registrar", "civil")
FATHER, SON = "330725193607120013", "330725196205140015"
ID_A, ID_B = "330725199003070016", "330725196003070012"
ID_C = "330725195003010015"
ID_D = "330725194003010010"
BANK = {"asker", "colleague"}
OURS, THEIRS = {"asker", "colleague", "clerk", "supervisor"}, {"other", "registrar", "supervisor"}
ROSTER, ADMIN = {"keeper", "admin"}, {"admin"}
# What stands in whose things, and who may ever get to read it.
MARKS: Mapping[str, set[str]] = {
    "端木银甲": OURS, "端木银乙": OURS, SON: OURS, FATHER: OURS, "purpose-of-the-bank": OURS, "REF-BANK": OURS,
    "端木法甲": THEIRS, "端木法乙": THEIRS, ID_A: THEIRS, ID_B: THEIRS, "purpose-of-the-court": THEIRS,
    "端木诺甲": {"asker", "colleague"}, "REF-PROMISE": {"asker", "colleague"}, "remark-of-the-bank": {"asker", "colleague"},
    "端木代甲": {"envoy"}, ID_C: {"envoy"}, "purpose-of-the-envoy": {"envoy"},
    WHO: {*BANK, "supervisor", "inspector"}, STATED: {*BANK, "supervisor", "inspector"}, ID_D: {"inspector"},
    OBJECTED: {*BANK, "supervisor"}, REASON: {*BANK, "supervisor"}, "words-of-the-inspector": {*BANK, "supervisor"},
    "caption-of-the-bank": OURS, "caption-of-the-court": THEIRS, "REF-COURT": THEIRS,
    "words-of-the-secretary": {"clerk", "supervisor"}, "note-of-the-police": {"clerk", "supervisor"},
    "sheet-of-the-bank": {"asker", "colleague", "supervisor"}, "端木批甲": {"asker", "colleague", "supervisor"},
    "端木批乙": {"asker", "colleague"},
    "letter-of-nobody": set(), "sheet-of-the-keeper": {"keeper"}, SECRETARY[3:]: {"clerk", *ROSTER},
    "金书记": {"clerk", *ROSTER, "supervisor"},
    "13900020001": {"clerk", "admin"}, "purpose-of-the-key": ADMIN,
}  # fmt: skip
BATCH_HEADER = ["办理事项", "用途", "业务编号", "当事人姓名", "当事人身份证号", "亲属姓名", "亲属身份证号", "亲属是当事人的"]
BATCH = xlsx({"s": [BATCH_HEADER, ["close_relative_card", "销卡", "B-7", "端木批甲", SON, "吴大", FATHER, "father"],
                    ["close_relative_card", "销卡", "B-8", "端木批乙", "1", "吴大", FATHER, "father"]]})  # fmt: skip
CONTACT_HEADER = ["area", "name", "role", "phone", "place_in_order"]
BUNDLE_HEADER = ["客户号", "角色", "姓名或名称", "身份证号", "代办亲属：是持卡人的", "用途", "业务编号"]
BUNDLES = xlsx(
    {"s": [BUNDLE_HEADER, ["1", "holder", "吴甲", SON, "", "销卡", "B-9"], ["1", "relative", "吴乙", FATHER, "father", "", ""]]}
)
SURVEY = xlsx(
    {"收取的证明": [["填报单位：银行（bank）"], ["证明名称", "用于办理事项", "年收取量（份）"], ["亲属关系证明", "开户", 40]]}
)
PICTURE = saved(face(), "JPEG")
SOURCE_SHEET = xlsx({"sources": [["unit", "name", "items", "state"], ["civil", "婚姻登记系统", "marriage", "building"]]})
ROSTER_SHEET = xlsx({"contacts": [CONTACT_HEADER, [AREA, "钱新", "member", "13900010019", "3"]]})


def kinship(who: str, reference: str, numbers: tuple[str, str], purpose: str) -> dict[str, Any]:
    """A marked question."""
    people = {"person": {"name": f"{who}甲", "id_number": numbers[0]}, "relative": {"name": f"{who}乙", "id_number": numbers[1]}}
    whole = {"item": "kinship", "matter": "close_relative_card", "purpose": purpose, "reference": reference}
    return {**whole, "subjects": people, "details": {"relation": "father"}}


def card(who: str, reference: str, numbers: tuple[str, str], purpose: str) -> dict[str, Any]:
    """A marked bundle."""
    named = [{"name": f"{who}{sign}", "id_number": number} for sign, number in zip("甲乙", numbers, strict=True)]
    people = {"holder": [named[0]], "relative": [{**named[1], "details": {"relation": "father"}}]}
    return {"kind": "close_relative_card", "people": people, "chosen": [], "purpose": purpose, "reference": reference}


@dataclass
class Ground:
    """The house, its principals' sessions, and what stands for each name in a path."""

    assembly: Assembly
    county: County
    wire: Wire
    file: Path
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)  # token and form token
    things: dict[str, str] = field(default_factory=dict)
    pattern: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:", check_same_thread=False))
    onlooker: sqlite3.Connection = field(init=False)
    kept: int = 0  # the onlooker's count of changes by others when everything stood as it is kept

    def __post_init__(self) -> None:
        self.onlooker = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)

    def headers(self, who: str, page: bool = True, token: bool = True) -> dict[str, str]:
        """What this principal's browser sends along; without `token` as a page elsewhere would have it sent."""
        told = {"accept": "text/html" if page else "application/json", "accept-language": "en"}
        if who == "nobody":
            return told
        session, csrf = self.sessions[who]
        return {**told, "cookie": f"hecha={session}; lang=en", **({"x-csrf-token": csrf} if token else {})}

    def send(self, who: str, method: str, path: str, body: tuple[str, bytes] = ("", b""), **how: bool) -> Reply:
        """This principal's request."""
        kind = {"content-type": body[0], "content-length": str(len(body[1]))} if body[0] else {}
        return self.wire.send(method, path, {**self.headers(who, not path.startswith("/api/"), **how), **kind}, body[1])

    def keep(self) -> None:
        """Remembers how everything stands now."""
        with closing(sqlite3.connect(self.file)) as live:
            live.backup(self.pattern)
        self.kept = self._changes()

    def changed(self) -> bool:
        """Whether anything at all was written since everything was kept, or put back."""
        return self._changes() != self.kept

    def _changes(self) -> int:
        return int(self.onlooker.execute("PRAGMA data_version").fetchone()[0])

    def restore(self) -> None:
        """Puts everything back as it was kept; where nothing was written it stands so."""
        if self.changed():
            with closing(sqlite3.connect(self.file, timeout=30)) as live:
                self.pattern.backup(live)
            self.kept = self._changes()

    def traces(self, who: str) -> int:
        """How many lines this person has left on the trail."""
        return int(self.onlooker.execute("SELECT count(*) FROM trail WHERE who = ?", (who,)).fetchone()[0])

    def rows(self, kept: bool = False) -> dict[str, list[Any]]:
        """Everything that stands in the database but the trail and counts of failures: these may tell of a refusal.

        What stands there now, or what was `kept`.
        """
        live = self.pattern if kept else self.onlooker
        names = [row[0] for row in live.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        told = [name for name in names if not name.startswith(("trail", "sign_in", "presence", "sqlite", "look"))]
        return {name: sorted(map(repr, live.execute(f"SELECT * FROM {name}"))) for name in told}

    def close(self) -> None:
        """Shuts the house."""
        self.wire.close()
        self.pattern.close()
        self.onlooker.close()
        self.assembly.database.close()


@contextmanager
def open_ground(home: Path) -> Iterator[Ground]:
    """The marked house while the block runs."""
    assembly = assemble(Settings(home=home, stranger_requests=10_000))  # one stranger asks for everything within a minute
    migrate_database(assembly.database)
    county = settle(assembly.database)
    assembly.now = lambda: county.now
    fill(assembly)
    assembly.declare()
    ground = Ground(assembly, county, Wire(app_of(assembly)), home / "hecha.sqlite")
    try:
        for build in (
            _let_in,
            _mark_cases,
            _mark_bundle,
            _mark_pictures,
            _mark_errands,
            _mark_commitments,
            _mark_roster,
            _mark_sheets,
            _mark_office,
            _mark_reform,
            _mark_survey,
            _mark_rechecks,
        ):
            build(ground)
        ground.keep()
        yield ground
    finally:
        ground.close()


def _let_in(ground: Ground) -> None:
    known = {"asker", "other", "clerk", "supervisor"}  # of the county
    with ground.county.database.write() as session:
        for name, (unit, role) in PEOPLE.items():
            if name not in known:
                session.add(Account(username=name, name=f"{name}甲", unit=unit, roles=[role]))
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 12, 31), pledged_by="asker"))
        session.add(
            Grant(unit="bank", item="social_insurance", matter="pension_claim", until=date(2030, 12, 31), pledged_by="asker")
        )
        session.flush()
        session.add(Duty(username="registrar", unit="civil"))
        session.add(Account(username="frozen", name="冰一", unit="court", roles=["asker"]))
        pledge = ground.assembly.rulebook.pledge
        assert pledge is not None
        for name in PEOPLE:
            session.add(Pledged(username=name, version=pledge.version, digest=pledge.digest, at=MONDAY))
            opened = open_session(session, session.get_one(Account, name), MONDAY)
            ground.sessions[name] = (opened.token, opened.csrf)


# How each case comes to where it is.
WAYS: Mapping[str, list[tuple[str, Mover]]] = {
    "asked": [],
    "fresh": [("hand_over", MACHINE)],
    "desk": [("hand_over", MACHINE)],
    "answered": [("find", MACHINE)],
    "amended": [("find", MACHINE), ("amend", CLERK)],
    "turned": [("find", MACHINE), ("propose_amendment", SECOND)],
    "closed": [("find", MACHINE), ("accept", ASKER)],
    "late": [("find", MACHINE), ("accept", ASKER), ("dispute", ASKER)],
    "returned": [("hand_over", MACHINE), ("return", CLERK)],
    "split": [("hand_over", MACHINE), ("return", CLERK), ("correct", ASKER), ("hand_over", MACHINE), ("return", CLERK)],
    "theirs": [("hand_over", MACHINE), ("forward", CLERK), ("hand_over", CIVIL), ("take", REGISTRAR)],
}


def _mark_cases(ground: Ground) -> None:
    county, things = ground.county, ground.things
    with county.database.read() as session:
        police = session.get_one(Unit, "police")
    ground.assembly.seals().make(police, county.now)
    ours = kinship("端木银", "REF-BANK-7", (SON, FATHER), "purpose-of-the-bank")
    theirs = kinship("端木法", "REF-COURT-7", (ID_A, ID_B), "purpose-of-the-court")
    for name, way in WAYS.items():
        plain, unit, asker = (theirs, "court", "other") if name == "theirs" else (ours, "bank", "asker")
        one = ask(Question.model_validate(plain), unit, asker, county.now)
        with county.database.write() as session:
            open_cases(session, [one], county.now, RULEBOOK)
        things[name] = one.number
        for move, mover in way:
            result = county.move(one.number, move, mover)
            assert isinstance(result, Case), result
    done(ground.send("clerk", "POST", f"/api/v1/cases/{things['desk']}/take", as_json({"note": "note-of-the-police"})))
    with county.database.write() as session:
        contact = session.exec(select(Contact).order_by(col(Contact.id))).first()
        assert contact is not None
        things["contact"] = str(contact.id)
        suspect = ask(Question.model_validate(ours), "bank", "asker", county.now)
        open_cases(session, [suspect], county.now, RULEBOOK, {suspect.number: WHY})
        things["held"] = suspect.number
        said = {"contact_id": contact.id, "channel": "phone", "outcome": "confirmed", "written_by": "clerk", "call": "rung"}
        made = record(session, Said(about=things["desk"], words="words-of-the-secretary", **said), county.now)
        things["statement"] = str(made.id)


def _mark_bundle(ground: Ground) -> None:
    asked = as_json(card("端木银", "REF-BANK-8", (SON, FATHER), "purpose-of-the-bank"))
    ground.things["bundle"] = done(ground.send("asker", "POST", "/api/v1/bundles", asked)).json["number"]


def promise(certificate: str = "income", **more: Any) -> dict[str, Any]:
    """A marked commitment."""
    stated = {"income": "3200"} if certificate == "income" else {}
    whole = {"certificate": certificate, "matter": "close_relative_card", "reference": "REF-PROMISE-7", "stated": stated}
    return {**whole, "person": {"name": "端木诺甲", "id_number": SON}, "purpose": "remark-of-the-bank", **more}


def _mark_commitments(ground: Ground) -> None:
    given: dict[str, Any] = {"certificate_class": "commitment", "document": "d"}
    with ground.county.database.write() as session:
        session.merge(Certificate(code="income", zh="收入证明", en="Certificate of income", commitment=INCOME, **given))
        session.merge(Certificate(code="lease", zh="租赁合同", en="Lease", commitment=LATER, **given))
    asked = {"drafted": promise(), "promised": promise(), "leased": promise("lease", due_on="2026-03-13")}
    for name, body in asked.items():
        made = done(ground.send("asker", "POST", "/api/v1/commitments", as_json(body)))
        ground.things[name] = made.json["number"]
    for name in ("promised", "leased"):
        signature = multipart({"how": "paper", "witness": "w"}, "p.jpg", PICTURE)
        done(ground.send("asker", "POST", f"/api/v1/commitments/{ground.things[name]}/signature", signature))


def _mark_errands(ground: Ground) -> None:
    at = ground.things["round"] = "0123456789abcdef"
    told = {"key": at, "what": "social_insurance/pension_claim", "purpose": "purpose-of-the-envoy", "reference": "REF-E"}
    done(ground.send("envoy", "POST", "/errands", form(told)))
    done(ground.send("envoy", "POST", f"/errands/{at}/people", form({"people": f"端木代甲 {ID_C}", "form": "f"})))


def _mark_sheets(ground: Ground) -> None:
    things, batch = ground.things, multipart({"item": "kinship"}, "sheet-of-the-bank.xlsx", BATCH)
    for name in ("batch", "waiting"):
        things[name] = done(ground.send("asker", "POST", "/api/v1/batches", batch)).json["id"]
    done(ground.send("asker", "POST", f"/batches/{things['batch']}/confirm", form({"again": "yes"})))
    ground.assembly.runner().round()
    sheet = multipart({}, "sheet-of-the-keeper.xlsx", ROSTER_SHEET)
    things["import"] = done(ground.send("keeper", "POST", "/roster/import", sheet)).header("location").rpartition("/")[2]


def _mark_pictures(ground: Ground) -> None:
    for name, who, number in (("picture", "asker", "desk"), ("found", "clerk", "desk"), ("picture:theirs", "other", "theirs")):
        sent = multipart({"caption": f"caption-of-the-{'court' if who == 'other' else 'bank'}"}, "p.jpg", PICTURE)
        made = done(ground.send(who, "POST", f"/api/v1/cases/{ground.things[number]}/attachments", sent))
        ground.things[name] = made.json["id"]


def _mark_roster(ground: Ground) -> None:
    town = {"area_code": "330782001", "area_name": "稠城街道", "kind": "town"}
    community = {"area_code": "330782001002", "area_name": "词林社区", "kind": "community", "parent": "330782001"}
    for area in (town, community):
        done(ground.send("keeper", "POST", "/roster/areas/new", form(area)))


def _mark_office(ground: Ground) -> None:
    things, now = ground.things, ground.county.now
    wanted = {"key_account": "asker", "key_purpose": "purpose-of-the-key", "until": "2026-12-31", "scope_ask": "on"}
    done(ground.send("admin", "POST", "/admin/keys", form(wanted)))
    done(ground.send("supervisor", "POST", "/held/frozen", form({"account": "frozen", "reason": "fishing"})))
    away = form({"first_day": "2026-03-10", "last_day": "2026-03-11"})
    done(ground.send("clerk", "POST", "/duty/away", away))
    with ground.county.database.write() as session:
        things["key"] = session.exec(select(ApiKey.prefix)).one()
        things["absence"] = str(session.exec(select(Absence.id)).one())
        dead_letters.keep(session, [Delivery("dead", b"letter-of-nobody", None, 1, "not JSON", "findings")], now)
        things["letter"] = str(session.exec(select(dead_letters.DeadLetter.id)).one())
    wanted = {"matter": "close_relative_card", "picked": "kinship", "basis": "basis-of-the-bank", "file_note": "B-1"}
    done(ground.send("asker", "POST", "/permissions/new", form({**wanted, "until": "2026-12-31"})))
    with ground.county.database.read() as session:
        things["application"] = str(session.exec(select(Application.id)).one())
    things["proof"] = things["answered"]
    shown = {"words": b"words-about-the-file", "file": b"%PDF-1.7 file-of-the-bank", "file_kind": "pdf", "shown_by": "asker"}
    with ground.county.database.write() as session:
        when = {"wanted_at": now, "due_at": now, "shown_at": now}
        session.add(SpotCheck(number=things["proof"], unit="bank", asked_by="asker", state="shown", **shown, **when))
    for who in PEOPLE:
        things[f"session:{who}"] = digest(ground.sessions[who][0])[:20]


def _mark_reform(ground: Ground) -> None:
    source = {"name": "户籍系统", "unit": "police", "items": "kinship", "state": "consent"}
    done(ground.send("reformer", "POST", "/reform/sources/new", form(source)))
    done(ground.send("reformer", "POST", "/reform/sources/1/letter", multipart({}, "l.jpg", PICTURE)))
    with ground.county.database.write() as session:
        session.add(Certificate(code="seen", zh="监测样例证明", en="Seen", certificate_class="not_needed"))
    seen = {"certificate": "监测样例证明", "what": "asked_for", "asked_by": "office-of-the-report", "month": "2026-03"}
    for name in ("监测样例证明", "新奇文书", "别的新奇文书"):
        done(ground.send("monitor", "POST", "/monitoring", form({**seen, "certificate": name})))
    revision = {"title": "t", "unit": "civil", "certificate": "seen", "state": "open"}
    done(ground.send("reformer", "POST", "/reform/revisions/new", form(revision)))
    with ground.county.database.read() as session:
        ground.things["paper"] = str(session.exec(select(PaperPage.id)).one())


def _mark_survey(ground: Ground) -> None:
    """A certificate without a class, one with a proposal of a colleague and one of the reformer's own, a sheet, a point."""
    things, now = ground.things, ground.county.now
    with ground.county.database.write() as session:
        session.add(Account(username="reformer2", name="改革乙", unit="data-office", roles=["reformer"]))
        for code in ("plain", "proposed", "own"):
            session.add(Certificate(code=code, zh=f"{code}证明", en=f"Certificate {code}"))
        session.flush()
        way = {"certificate_class": "query", "document": "D", "since": MONDAY.date(), "items": ["birth_record"]}
        for code, who in (("proposed", "reformer2"), ("own", "reformer")):
            by = session.get_one(Account, who)
            things[f"proposal:{code}"] = str(Editor(session, by, now, RULEBOOK).propose(code, way).id)
        for state in ("open", "settled"):
            told = {"figures": {"taken": 90, "issued": 9}, "at": now}
            point = SurveyPoint(kind="volumes", unit="court", certificate=f"c-{state}", state=state, **told)
            session.add(point)
            session.flush()
            things[f"point:{state}"] = str(point.id)
    sent = done(ground.send("reformer", "POST", "/reform/survey/uploads", multipart({}, "s.xlsx", SURVEY)))
    things["survey"] = sent.header("location").rpartition("/")[2]


def _mark_rechecks(ground: Ground) -> None:
    with ground.county.database.write() as session:
        made = mark_rechecks(session, ground.county.now, ID_D, PICTURE)
    ground.things.update(made)


def done(reply: Reply) -> Reply:
    """The reply, which is no refusal."""
    assert reply.status < 400, (reply.status, reply.text[:1500])
    return reply
