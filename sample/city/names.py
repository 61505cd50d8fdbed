"""Invented Chinese names: surnames by frequency, given names put together from characters of their time."""

from random import Random

SURNAMES = list("王陈吴张黄朱楼骆龚何金徐叶虞方刘李杨毛丁傅许施季蒋周胡俞赵沈冯贾童盛宋孙成鲍郑林余鲁应潘贺申柳邵马高")
WEIGHTS = [max(60 - 2 * rank, 4) for rank in range(len(SURNAMES))]
COMPOUND = ("欧阳", "诸葛", "上官")

OLD_MEN = "根福贵祥荣富寿元庆生财兴茂德金银土树松柏洪水汉有其良正法宝樟炳"
OLD_WOMEN = "珠凤仙娥妹菊英兰香梅秀芝爱彩荷莲桂月翠琴银金美素宝花玉云香桃"
MID_MEN = "建国军明平伟强勇斌峰华东志刚永健海波涛毅忠文武新跃进晓俊旭江林成立"
MID_WOMEN = "丽芳敏静燕红霞萍艳娟群慧玲英琳洁青雅倩飞春晓小美华云巧亚丹卫"
NEW_MEN = "宇轩浩然子睿博泽晨一诺俊杰皓辰梓铭天佑嘉煜思源逸文奕景承屹恺"
NEW_WOMEN = "涵诗雨欣怡梓萱可馨若曦语桐依佳琪思妍心悦安然芷晗婉清一念沐瑶"
STYLES = {"male": (OLD_MEN, MID_MEN, NEW_MEN), "female": (OLD_WOMEN, MID_WOMEN, NEW_WOMEN)}

FIRM_WORDS = "恒瑞鑫隆嘉祥远航锦华盛源博雅宏图佳润泰和百川朗润晨曦万通"
FIRM_TRADES = ("饰品", "针织", "袜业", "玩具", "文具", "日用百货", "电子商务", "拉链", "印刷包装", "国际物流", "进出口", "工艺品")
FIRM_FORMS = ("有限公司", "有限公司", "有限公司", "厂", "商行", "股份有限公司")


def surname(rng: Random) -> str:
    """One family's name; one in two hundred has two characters."""
    return rng.choice(COMPOUND) if rng.random() < 0.005 else rng.choices(SURNAMES, WEIGHTS)[0]


def given_name(rng: Random, sex: str, year: int) -> str:
    """One or two characters as they were liked in that year."""
    characters = STYLES[sex][0 if year < 1960 else 1 if year < 1992 else 2]
    first = rng.choice(characters)
    return first if rng.random() < 0.12 else first + rng.choice(characters)


def firm_name(rng: Random) -> str:
    """A firm of this city."""
    word = rng.choice(FIRM_WORDS) + rng.choice(FIRM_WORDS)
    return f"义乌市{word}{rng.choice(FIRM_TRADES)}{rng.choice(FIRM_FORMS)}"
