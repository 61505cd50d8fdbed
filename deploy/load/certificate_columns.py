"""The sheets of certificates and of who takes them: their columns."""

from storage.problem import N_
from storage.sheets.cells import Column, Kind
from storage.sheets.rows import SheetKind

CLASSES = {
    "not_needed": ("无需证明", "not needed"),
    "cancelled": ("取消", "已取消"),
    "commitment": ("告知承诺", "承诺"),
    "query": ("直接查询", "查询"),
    "check": ("部门核查", "核查"),
}
CERTIFICATES = SheetKind("certificates", "证明", "Certificates", (
    Column("code", "证明代码", "Certificate code", Kind.CODE, True,
           N_("Lower-case letters, digits, underscores; it never changes."), most=40),
    Column("zh", "证明名称", "Chinese name", required=True, most=80),
    Column("en", "英文名称", "English name", required=True, most=160),
    Column("keywords", "关键词", "Keywords", hint=N_("As people say it, pinyin initials, English; commas between."), most=1000,
           empty_says_nothing=True),
    Column("issuer", "原开具单位", "Issued by", most=120, empty_says_nothing=True),
    Column("issuer_unit", "开具单位代码", "Issuing unit", Kind.CODE, most=32, empty_says_nothing=True),
    Column("legal_basis", "法律政策依据", "Legal basis", most=300, empty_says_nothing=True),
    Column("yearly_volume", "年办件量", "Yearly volume", Kind.WHOLE, default=0, empty_says_nothing=True),
    Column("certificate_class", "类别", "Class", Kind.CHOICE,
           hint=N_("Empty: not classified yet. Of a known certificate another class is only proposed."), choices=CLASSES,
           empty_says_nothing=True),
    Column("since", "自何日起", "Since", Kind.DAY, default=None, empty_says_nothing=True),
    Column("document", "文件", "Document", hint=N_("By which its class was decided."), most=200, empty_says_nothing=True),
    Column("clause_zh", "说明", "Clause in Chinese", hint=N_("What proves it instead, or why it went."), most=500,
           empty_says_nothing=True),
    Column("clause_en", "英文说明", "Clause in English", most=1000, empty_says_nothing=True),
    Column("items", "替代事项", "Items", hint=N_("Codes of items, commas between; the best one first."), most=400,
           empty_says_nothing=True),
    Column("bundle", "替代一件事", "Bundle", Kind.CODE, most=40, empty_says_nothing=True),
    Column("active", "在用", "Active", Kind.YES_NO, default=True, empty_says_nothing=True),
), ("code",))  # fmt: skip
TAKINGS = SheetKind("certificate_takings", "索要证明", "Certificates taken", (
    Column("certificate", "证明代码", "Certificate code", Kind.CODE, True, most=40),
    Column("unit", "单位代码", "Unit code", Kind.CODE, True, N_("The unit that takes it."), most=32),
    Column("matter", "办理事项", "Matter", required=True, hint=N_("The code of the matter, or its words."), most=64),
    Column("yearly_volume", "年办件量", "Yearly volume", Kind.WHOLE, default=0, empty_says_nothing=True),
), ("certificate", "unit", "matter"))  # fmt: skip
