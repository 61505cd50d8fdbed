"""What can be wrong with a source, in plain words, Chinese and English. Names files and columns, nobody and no entry."""

from responders.handlers import RecordsAway


class SourceProblem(Exception):
    """A source's file that cannot be used: names the file, each wrong key and what would be right. No agent starts with it."""


WORDS = {
    # the file itself
    "not_toml": ("不是有效的 TOML 文件（{why}）", "is no TOML ({why})"),
    "not_utf8": ("不是 UTF-8 编码，请另存为 UTF-8", "is not in UTF-8; save it as UTF-8"),
    "unreadable": ("无法读取（{why}）", "cannot be read ({why})"),
    "no_unit": (
        "应放在以单位代码命名的文件夹内：sources/单位/事项.toml",
        "belongs into a folder of its unit: sources/UNIT/ITEM.toml",
    ),
    "other_unit": ("该事项由 {holder} 回答，请放入 sources/{holder}", "this item is asked of {holder}: put it in sources/{holder}"),
    "not_a_source": ("文件名应为 事项代码.toml", "must be called ITEM.toml"),
    "no_item": ("没有代码为 {item} 的事项{near}", "there is no item {item}{near}"),
    "two_answer": ("该事项已有程序 {other} 回答，请删除其一", "this item is answered by the program {other} too; take one away"),
    "unknown_key": ("没有这个键；此处可用：{known}{near}", "there is no such key here; these are: {known}{near}"),
    "missing_key": ("缺少这个键", "this key is missing"),
    "wrong_value": ("应为{wanted}", "must be {wanted}"),
    "no_secret": ("环境变量 {name} 没有设置", "the environment has no {name}"),
    "no_extra": (
        "缺少软件包 {package}：pip install 'hecha-agent[{extra}]'",
        "the package {package} is missing: pip install 'hecha-agent[{extra}]'",
    ),
    "wrong_address": ("不是 SQLAlchemy 的数据库地址", "is no address of a database as SQLAlchemy writes it"),
    # the file beside its item
    "two_roles": ("该事项涉及多人，须用程序回答", "this item is about several people; it needs a handler"),
    "no_fact": ("事项没有这个核查要点；它有：{known}", "the item has no such fact; it has: {known}"),
    "needs_fact": ("须说明第一个核查要点", "must say how the item's first fact is found"),
    "no_detail": ("事项没有这个要素；它有：{known}", "the item has no such detail; it has: {known}"),
    "no_value": ("[values]、from 和 until 中没有这一栏", "is neither in [values] nor from or until"),
    "no_field": ("事项没有这个栏目；它有：{known}", "the item has no such field; it has: {known}"),
    "no_choice": ("事项的这个栏目没有选项 {choice}；它有：{known}", "the item's field has no choice {choice}; it has: {known}"),
    "needs_fields": ("至少要对应事项的一个栏目", "must name at least one field of the item"),
    "facts_of_query": ("查询类事项没有 [facts]", "an item of class query has no [facts]"),
    "needs_until": ('keeps = "past" 时须指明 until 一栏', 'keeps = "past" needs the column until'),
    "events_end": ('keeps = "events" 时没有 until 一栏，也没有 held', 'keeps = "events" has no column until and no held'),
    "events_complete": (
        "一次发生的事永远有效，complete_since 说明不了从前：请删去",
        "what happened stays so, and complete_since says nothing of before: leave it out",
    ),
    "coverage_ahead": (
        "[coverage] 的 electronic_from、complete_since 不能晚于今天",
        "[coverage]: electronic_from and complete_since must not lie ahead",
    ),
    "past_held": (
        'keeps = "past" 时第一个核查要点须有 held = true：否则已失效的也算有',
        'keeps = "past" needs held = true here: else what has ended would say yes',
    ),
    "needs_from": ('keeps = "events" 时须指明 from 一栏', 'keeps = "events" needs the column from'),
    "one_place": ("table 与 query 须且只能写一个", "give table or query, and only one of them"),
    "one_file": ("path 与 folder 须且只能写一个", "give path or folder, and only one of them"),
    "one_select": ("query 须是一条 SELECT 语句，末尾没有分号", "query must be one SELECT without a semicolon"),
    "wrong_fresh": (
        'as_of = "{as_of}" 不适用于此类数据源；可用：{known}',
        'as_of = "{as_of}" is not for this kind of source; these are: {known}',
    ),
    "needs_place": (
        'as_of = "query" 须有 query，as_of = "reply" 须有 place',
        'as_of = "query" needs query, as_of = "reply" needs place',
    ),
    "needs_number": ("parameters 中须有 {{number}} 或 {{numbers}}", "parameters must hold {{number}} or {{numbers}}"),
    "needs_number_column": ("columns.number：缺少这个键", "columns.number: this key is missing"),
    "no_canary": ("号码或要素不对，无法提问", "cannot be asked: its number or a detail is wrong"),
    "needs_days": ("须写 at_most_days：数据最多可旧几天", "needs at_most_days: how many days old the records may be"),
    "needs_rows": ("须写 rows_at_least：登记至少有多少条", "needs rows_at_least: how many entries the register has at least"),
    "needs_canary": (
        "此类数据源须有一个结果为“有”的探测问题 [[canaries]]",
        "this kind of source needs one of [[canaries]] that is found",
    ),
    "empty_rule": ("须写 there、held、value 之一", "must say there, held or value"),
    # the register
    "away": ("无法连接（{why}）", "cannot be reached ({why})"),
    "refused": (
        "查询语句被拒绝（{why}）：请核对表名、栏目和权限",
        "refuses the statement ({why}): look at table, columns and rights",
    ),
    "no_column": ("没有“{column}”这一栏；它有：{known}", "there is no column {column}; there are: {known}"),
    "two_columns": ("“{column}”这一栏出现多次", "there are several columns {column}"),
    "few_rows": ("只有 {rows} 条，少于应有的 {least} 条", "has {rows} entries, fewer than the {least} it must have"),
    "no_numbers": ("“{column}”一栏里不是证件号码", "the column {column} holds no ID numbers"),
    "no_names": ("“{column}”一栏里不是姓名，或者大多空白", "the column {column} holds no names, or mostly blanks"),
    "no_days": ("“{column}”一栏里不是日期", "the column {column} holds no days"),
    "lost_rows": ("按证件号码查不到刚刚读到的条目", "entries that were just read are not found by their number"),
    "many_odd": (
        "“{column}”一栏有 {rows} 个以上无法识别的号码",
        "the column {column} holds more than {rows} numbers that cannot be read",
    ),
    "canary": ("第 {place} 个探测问题应答 {expected}，实得 {found}", "canary {place} must be {expected}, and is {found}"),
    "many_none": ("最近 {lately} 个答复中“查无”骤增，暂停作答", 'of the last {lately} answers suddenly most say "none": it rests'),
    # an interface
    "status": ("接口返回状态 {status}", "the interface replies with status {status}"),
    "empty_reply": ("接口返回空内容", "the interface replies with nothing"),
    "no_json": ("接口返回的不是完整的 JSON", "the interface replies with no whole JSON"),
    "no_success": ("接口没有返回成功（{places}）", "the interface does not say that it went well ({places})"),
    "no_rows": ("接口返回中没有“{place}”", "the reply has no entries at {place}"),
    "cut_reply": ("接口返回中缺少本应有的条目，可能只返回了一部分", "the reply lacks an entry that must be in it; it may be cut"),
    "of_others": ("接口返回了别人的条目", "the interface replies with entries of somebody else"),
    # an export
    "old_sheet": (".xls 无法读取，请导出为 .xlsx 或 .csv", ".xls is not read; export .xlsx or .csv"),
    "no_export": ("path 或 pattern 须以 .csv、.txt 或 .xlsx 结尾", "path or pattern must end in .csv, .txt or .xlsx"),
    "no_file": ("没有文件 {file}（{why}）", "there is no file {file} ({why})"),
    "being_written": ("{file} 还在写入（不足 {seconds} 秒前改动）", "{file} is being written (changed within {seconds} seconds)"),
    "changed_meanwhile": ("{file} 在读取时被改动", "{file} was changed while it was read"),
    "no_day_in_name": ("文件名 {file} 中没有唯一的日期，如 20260901", "the name {file} does not hold one day, such as 20260901"),
    "encoding": ('编码不符，请写 encoding = "{encoding}"', 'is in another encoding; write encoding = "{encoding}"'),
    "cut_off": ("第 {line} 行没有写完，文件可能只写了一半", "line {line} does not end; the file may be half-written"),
    "uneven": ("第 {line} 行有 {cells} 格，表头有 {wide} 格", "line {line} has {cells} cells, the headings {wide}"),
    "no_csv": ("第 {line} 行不是 CSV", "line {line} is no CSV"),
    "no_workbook": ("不是完整的 XLSX 文件", "is no whole XLSX file"),
    "no_sheet": ("没有工作表“{sheet}”；有：{known}。请写 sheet", "there is no sheet {sheet!r}; there are: {known}. Write sheet"),
    "digits_cut": (
        "“{column}”一栏是数字格式，号码的末几位已丢失，请按文本导出",
        "the column {column} holds numbers, whose last digits are lost; export text",
    ),
    "no_last_line": ("没有以“{last}”开头的末行，文件可能只写了一半", "has no last line {last!r}; the file may be half-written"),
    "after_last": ("以“{last}”开头的末行之后还有内容", "has more behind its last line {last!r}"),
    "swallowed": (
        "多行的单元格里有证件号码：引号可能没有成对",
        "has an ID number in a cell of several lines: a quotation mark may not be closed",
    ),
    "no_value_yet": ("第 {line} 行有尚未计算的公式", "line {line} has a formula without a value"),
    "no_last_file": ("{file}：无法确定哪一个文件最新", "{file}: nobody can say which file is the last"),
    "no_as_of": ("无法得知数据截至哪一天", "does not say on which day it stood"),
    "too_old": ("数据截至{as_of}，超过 {days} 天", "stood on {as_of}, more than {days} days ago"),
    "ahead": ("数据截至{as_of}，晚于今天", "says that it stood on {as_of}, which lies ahead"),
}  # fmt: skip


def said(code: str, **params: object) -> str:
    """The sentence in both languages."""
    chinese, english = WORDS[code]
    return f"{chinese.format(**params)} / {english.format(**params)}"


def away(code: str, **params: object) -> RecordsAway:
    """That the records cannot be asked now, and why."""
    return RecordsAway(said(code, **params))
