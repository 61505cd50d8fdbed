"""Standard reasons for which a question is returned: the house's own, for items that name none."""

from cases.catalogue.part import Code, Text

MOST = 20  # reasons that one return may name


class ReturnReason(Text):
    """One thing that is missing or wrong; several are ticked together, so that the asker hears of all of them at once."""

    code: str = Code


def _reason(code: str, zh: str, en: str) -> ReturnReason:
    return ReturnReason(code=code, zh=zh, en=en)


# Order 809 (Regulations on Sharing Government Data): everything that is missing is told at once.
USUAL: tuple[ReturnReason, ...] = (
    _reason("person_unclear", "当事人信息不全，无法确定是谁", "It is not clear who is meant"),
    _reason("number_doubtful", "证件号码或姓名疑似有误", "An ID number or a name seems wrong"),
    _reason("year_missing", "缺少年份或时间范围", "The year or the time it is about is missing"),
    _reason("place_missing", "缺少户籍地、住址等地点信息", "The place is missing: residence, address"),
    _reason("purpose_unclear", "用途写得不清楚", "What it is for is not clear"),
    _reason("question_unclear", "核查内容不明确", "What is to be verified is not clear"),
    _reason("not_needed", "所核查的内容与办理事项不符", "What is asked does not fit the matter"),
)
