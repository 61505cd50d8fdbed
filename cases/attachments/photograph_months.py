"""How long photographs are kept that belong to no case: those of a monitoring point's reports."""

# 个人信息保护法 art. 19: no longer than the purpose needs. A report is decided within months, and faces may be on its photograph.
PHOTOGRAPH_MONTHS = 12
