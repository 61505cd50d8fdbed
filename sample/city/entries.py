"""What registers hold of an entry beyond who and when: deeds, cars, periods of insurance, accounts, licences.

It follows from the entry itself, by a rule without chance: the same entry always has the same deed.
"""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

from sample.city.enterprises import Enterprise
from sample.city.holdings import Holding
from sample.city.places import AREAS

USES = ("住宅", "住宅", "住宅", "住宅", "商业", "工业")
SHARES = ("单独所有", "单独所有", "共同共有", "按份共有")
BURDENS = ("无", "无", "无", "抵押", "抵押", "查封")
CARS = ("小型汽车", "小型汽车", "小型汽车", "轻型货车", "普通摩托车")
CAR_STATES = ("正常", "正常", "正常", "正常", "抵押", "查封")
FIRM_KINDS = {"股份有限公司": "股份有限公司", "有限公司": "有限责任公司"}
CAPITALS = (50, 100, 200, 500, 1000, 3000)  # in ten thousand yuan
NEW_DEEDS = 2016  # since then one certificate for land and house


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry in the register of real estate."""

    certificate: str
    address: str
    use: str
    area: str  # in square metres
    share: str
    burden: str


@dataclass(frozen=True, slots=True)
class Car:
    """One entry in the register of vehicles."""

    plate: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Period:
    """A period of insurance, and how many months were paid in it until the city's day."""

    kind: str
    months: int
    state: str


@dataclass(frozen=True, slots=True)
class FundAccount:
    """An account of the housing fund; money in yuan with two decimals."""

    state: str
    monthly: str
    balance: str
    loan: str


@dataclass(frozen=True, slots=True)
class Licence:
    """What stands on an enterprise's licence beside its name; the capital in yuan."""

    kind: str
    capital: str
    address: str
    state: str


def deed(one: Holding) -> Deed:
    """The deed of a house."""
    serial = _mark(one, "deed") % 100000
    old = f"义房权证{one.what[:2]}字第{serial:08d}号"
    certificate = f"浙({one.since.year})义乌市不动产权第{serial:07d}号" if one.since.year >= NEW_DEEDS else old
    area = f"{48 + _mark(one, 'area') % 13000 / 100:.2f}"
    return Deed(certificate, one.what, _one_of(one, USES), area, _one_of(one, SHARES), _one_of(one, BURDENS))


def car(one: Holding) -> Car:
    """The entry of a car."""
    return Car(one.what, _one_of(one, CARS), _one_of(one, CAR_STATES))


def period(one: Holding, today: date) -> Period:
    """A period of insurance: at times some months were not paid."""
    ended = one.until is not None and one.until <= today
    last = one.until if ended and one.until else today
    whole = max(1, (last.year - one.since.year) * 12 + last.month - one.since.month)
    missed = _mark(one, "missed") % 4 if _mark(one, "gap") % 5 == 0 else 0
    return Period(one.what, max(1, whole - missed), "停保" if ended else "正常参保")


def fund_account(one: Holding, today: date) -> FundAccount:
    """An account of the housing fund, paid into until it ends."""
    ended = one.until is not None and one.until <= today
    monthly = 600 + _mark(one, "monthly") % 50 * 100
    loan = "有" if _mark(one, "loan") % 4 == 0 else "无"
    months = (today.year - one.since.year) * 12 + today.month - one.since.month
    balance = 0 if ended else monthly * (months % 60 + 1) + _mark(one, "cents") % 100 / 100
    state = "销户" if ended else "封存" if _mark(one, "state") % 9 == 0 else "正常"
    return FundAccount(state, f"{monthly:.2f}", f"{balance:.2f}", "无" if ended else loan)


def licence(firm: Enterprise) -> Licence:
    """The licence of an enterprise."""
    kind = next((kind for end, kind in FIRM_KINDS.items() if firm.name.endswith(end)), "个人独资企业")
    mark = crc32(firm.code.encode())
    capital = CAPITALS[mark % len(CAPITALS)] * 10000
    address = f"{AREAS[mark // 7 % len(AREAS)]}{firm.name[3:5]}路{mark // 11 % 300 + 1}号"
    return Licence(kind, f"{capital:.2f}", address, firm.why_closed or "存续")


def _mark(one: Holding, what: str) -> int:
    return crc32(f"{what} {one.number} {one.since} {one.what}".encode())


def _one_of(one: Holding, values: tuple[str, ...]) -> str:
    return values[_mark(one, values[0]) % len(values)]
