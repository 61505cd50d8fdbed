"""Documents of the sample city that still demand what nobody may demand. Titles and numbers are invented."""

from datetime import datetime, timedelta

from sqlmodel import Session

from access.principal import Principal
from reform.revisions.revision import RevisionState, enter_revision
from storage.office_time import office_date

# When it was entered, in days ago; the day until which it is revised, in days from now; what stands in the form.
DOCUMENTS: tuple[tuple[int, int, dict[str, str]], ...] = (
    (70, -9, {"title": "老年优待证办理须知", "document_number": "义民〔2019〕12号（示例）", "clause": "第四条：须提交健在证明",
              "issuer": "民政局", "unit": "civil", "certificate": "being_alive", "state": RevisionState.DRAFTED.value,
              "note": "草案已拟，待局长办公会"}),
    (25, 40, {"title": "小学一年级新生报名办法", "document_number": "义教〔2023〕31号（示例）", "issuer": "教育局",
              "clause": "附件二：出生日期证明一份", "unit": "education", "certificate": "birth_date",
              "state": RevisionState.OPEN.value, "note": ""}),
)  # fmt: skip


def fill_documents(session: Session, principal: Principal, now: datetime) -> None:
    """Puts them on the list, each on the day on which it was entered."""
    for ago, due, typed in DOCUMENTS:
        values = {**typed, "due_on": office_date(now) + timedelta(days=due)}
        enter_revision(session, principal, now - timedelta(days=ago), values)
