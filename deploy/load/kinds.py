"""The kinds of sheets that can be loaded, and their columns."""

from contacts.roster.roster_sheets import AREAS, CONTACTS
from deploy.load.certificate_columns import CERTIFICATES, TAKINGS
from storage.problem import N_
from storage.sheets.cells import Column, Kind
from storage.sheets.rows import SheetKind

ROLES = {
    "asker": ("申请人", "经办人"),
    "envoy": ("代办员",),
    "clerk": ("窗口人员",),
    "keeper": ("花名册管理员",),
    "supervisor": ("督办人",),
    "reformer": ("改革办人员",),
    "monitor": ("监测点人员",),
    "inspector": ("抽查人员",),
    "admin": ("系统管理员",),
}
UNITS = SheetKind("units", "单位", "Units", (
    Column("code", "单位代码", "Unit code", Kind.CODE, True, N_("Lower-case letters, digits, hyphens; it never changes."), most=32),
    Column("name_zh", "中文名称", "Chinese name", required=True, most=64),
    Column("name_en", "英文名称", "English name", required=True, most=96),
    Column("asks", "可提问", "Asks", Kind.YES_NO, default=False, empty_says_nothing=True),
    Column("answers", "可答复", "Answers", Kind.YES_NO, default=False, empty_says_nothing=True),
    Column("supervises", "可督办", "Supervises", Kind.YES_NO, default=False, empty_says_nothing=True),
    Column("window_phone", "窗口电话", "Window phone", Kind.PHONE, hint=N_("Where a contact may ring back."), most=32,
           empty_says_nothing=True),
    Column("webhook", "回调地址", "Webhook", hint=N_("Where the unit's own system is told of outcomes."), most=300,
           empty_says_nothing=True),
    Column("parent", "上级单位代码", "Station of", Kind.CODE, hint=N_("The unit whose station this is; else empty."),
           most=32, empty_says_nothing=True),
), ("code",))  # fmt: skip
ACCOUNTS = SheetKind("accounts", "账号", "Accounts", (
    Column("username", "用户名", "User name", Kind.CODE, True, N_("Lower-case letters, digits, dots and hyphens."), most=64),
    Column("name", "姓名", "Name", required=True, most=64),
    Column("unit", "单位代码", "Unit code", Kind.CODE, True, most=32),
    Column("roles", "角色", "Roles", Kind.CHOICES, True, choices=ROLES),
    Column("phone", "手机", "Mobile", Kind.PHONE, hint=N_("Where the ladder of a desk texts this person."), most=32,
           empty_says_nothing=True),
    Column("locale", "语言", "Language", Kind.CHOICE, default="zh", choices={"zh": ("中文",), "en": ("英文", "English")},
           empty_says_nothing=True),
    Column("active", "在用", "Active", Kind.YES_NO, default=True, empty_says_nothing=True),
    Column("place", "值班顺序", "Place on duty", Kind.WHOLE, hint=N_("1 is texted first; empty for nobody on duty."), default=None),
    Column("leader", "负责人", "Leader", Kind.YES_NO, hint=N_("Texted when no clerk took the case."), default=False),
), ("username",))  # fmt: skip
GRANTS = SheetKind("grants", "授权", "Grants", (
    Column("unit", "单位代码", "Unit code", Kind.CODE, True, most=32),
    Column("item", "核查事项", "Item", Kind.CODE, True, N_("The code of the item."), most=64),
    Column("matter", "办理事项", "Matter", Kind.CODE, True, N_("The code of the matter."), most=64),
    Column("until", "有效期至", "Until", Kind.DAY, True, N_("This day is included.")),
    Column("pledged_by", "承诺人", "Pledged by", most=64, empty_says_nothing=True),
), ("unit", "item", "matter"))  # fmt: skip
RULE_KINDS = {
    "community": ("社区",),
    "address": ("地址",),
    "prefix": ("号码前缀", "身份证前缀"),
    "every": ("全部",),
}
STATION_RULES = SheetKind("station_rules", "移交规则", "Station rules", (
    Column("unit", "单位代码", "Unit code", Kind.CODE, True, N_("The unit that holds the items."), most=32),
    Column("station", "下属所代码", "Station", Kind.CODE, True, N_("The code of its station that gets the question."), most=32),
    Column("kind", "依据", "By", Kind.CHOICE, True, N_("Community, address, prefix of the ID number, or every question."),
           choices=RULE_KINDS),
    Column("value", "内容", "Words or digits", hint=N_("A community's name, words of an address, or two to six digits."),
           most=64, from_number=True),
    Column("item", "核查事项", "Item", Kind.CODE, hint=N_("The code of the item; empty for every item."), most=64),
), ("unit", "item", "kind", "value"))  # fmt: skip
KINDS = (UNITS, ACCOUNTS, AREAS, CONTACTS, GRANTS, STATION_RULES, CERTIFICATES, TAKINGS)
