"""Variants and typing mistakes of names and numbers in sample questions."""

from random import Random

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from cases.documents.id_numbers import ResidentId
from cases.names import same_name
from sample.city import names
from sample.city.enterprises import LETTERS
from sample.city.people import Person
from sample.city.truth import Truth

SIGNS = "伟芳军敏强丽勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲飞"


def written(rng: Random, name: str) -> str:
    """The same name as another hand or input method would write it."""
    middle = rng.randrange(1, len(name)) if len(name) > 1 else 0
    ways = [name, f"{name[:middle]} {name[middle:]}", f"\u3000{name}", f"{name[:middle]}\u200b{name[middle:]}", f" {name} "]
    return rng.choice([*ways, name.replace("有限公司", "有限责任公司"), name.replace("(", "（")])


def one_sign_off(rng: Random, name: str) -> str:
    """The name with one character wrong: another name."""
    while True:
        place = rng.randrange(len(name))
        wrong = name[:place] + rng.choice(SIGNS) + name[place + 1 :]
        if not same_name(wrong, name):
            return wrong


def another(rng: Random, sex: str, year: int) -> str:
    """A name of somebody else."""
    return names.surname(rng) + names.given_name(rng, sex, year)


def fifteen(number: str) -> str:
    """A number as it was written before 1999, where it had such a form."""
    return ResidentId(number).old_number or number


def never_given(truth: Truth, rng: Random, number: str) -> str:
    """A number of the same place and day that nobody has, its check digit right."""
    whole = ResidentId.parse(number).number
    while True:
        body = f"{whole[:14]}{rng.randrange(1, 990):03d}"
        number = body + mod_11_2.calc_check_digit(body)
        if number not in truth.owners:
            return number


def code_never_given(truth: Truth, rng: Random) -> str:
    """A credit code that no firm has, its check character right."""
    while True:
        body = "91330782" + "".join(rng.choice(LETTERS) for _ in range(9))
        if (code := body + str(uscc.calc_check_digit(body))) not in truth.firms:
            return code


def subject_of(truth: Truth, rng: Random, person: Person) -> dict[str, str]:
    """A person as a question names them, at times under the name or the number of before, or in 15 digits."""
    name, number = person.name, person.number
    if rng.random() < 0.4:
        name, number = rng.choice(truth.names(person)), rng.choice(truth.numbers(person))
    if rng.random() < 0.04:
        number = fifteen(number)
    return {"name": written(rng, name) if rng.random() < 0.12 else name, "id_number": number}
