#!/usr/bin/env python3
"""Works out a draw of commitments and inspectors again, from the file that /lots/MONTH.json gives.

    python3 recompute_draw.py 2026-03.json

Says what it found, and ends with 0 where everything fits, 1 where something does not, 2 where the file cannot be read. Python
alone is enough: this script knows nothing of Hecha, and the rule is written down in it once more.

The rule (version 1), all hashes SHA-256 in lower-case hexadecimal, all texts UTF-8:
1. seal = hash(secret). It was published at the month's beginning.
2. lists = hash of [candidates, inspectors] as JSON without blanks, not escaped, each list sorted. Published when the month was
   over.
3. seed = hash(secret + LF + checkpoint), the checkpoint being the hash of the first one signed after the lists were closed.
4. The ticket of a commitment is hash(seed + LF + number). The `size` commitments with the smallest tickets are drawn, in that
   order.
5. For each of them, in that order: of the inspectors whose house is another than the commitment's, and who was not its witness,
   the one who was given the fewest so far; of several, the one whose ticket hash(seed + LF + number + LF + username) is smallest.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def digest(*parts: str) -> str:
    """SHA-256 of the parts with line breaks between them."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recomputed(lot: Mapping[str, Any]) -> list[list[str]]:
    """The draw by the rule, as a list of [number, username]."""
    seed, load, drawn = lot["seed"], dict[str, int](), []
    for number, _unit, house, witness in sorted(lot["candidates"], key=lambda one: digest(seed, one[0]))[: lot["size"]]:
        may = [name for name, _unit, home in lot["inspectors"] if home != house and name != witness]
        tickets = {name: (load.get(name, 0), digest(seed, number, name)) for name in may}
        who = min(tickets, key=lambda name: tickets[name]) if may else ""
        load[who] = load.get(who, 0) + 1
        drawn.append([number, who])
    return drawn


def faults(lot: Mapping[str, Any]) -> list[str]:
    """What does not fit, in plain sentences."""
    if lot["rule"] != 1:
        return ["This script knows version 1 of the rule only."]
    lists = json.dumps([sorted(lot["candidates"]), sorted(lot["inspectors"])], separators=(",", ":"), ensure_ascii=False)
    checks = (
        (digest(lot["secret"]) == lot["seal"], "The secret is not the one that was sealed."),
        (digest(lists) == lot["lists"], "The lists are not those that were closed."),
        (digest(lot["secret"], lot["checkpoint"]) == lot["seed"], "The seed does not follow from secret and checkpoint."),
        (recomputed(lot) == lot["drawn"], "The draw is not the one that follows from the seed."),
    )
    return [said for holds, said in checks if not holds]


def told(lot: Mapping[str, Any]) -> str:
    """What is to be compared with what was published elsewhere, where everything fits."""
    return (
        f"{lot['month']}: {len(lot['drawn'])} of {len(lot['candidates'])} drawn; everything follows from the seed.\n"
        f"Still to compare: seal {lot['seal']} with the line of the trail from the month's beginning,\n"
        f"lists {lot['lists']} with the line from its end, and\n"
        f"checkpoint {lot['checkpoint']} with the signed checkpoint of number {lot['checkpoint_number']}.\n"
    )


def main(path: str) -> int:
    """Reads the file, says what it found; the exit code."""
    try:
        lot = json.loads(Path(path).read_text(encoding="utf-8"))
        found, good = faults(lot), told(lot)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"This file cannot be read as a draw: {type(error).__name__}\n")
        return 2
    sys.stdout.write("\n".join(found) + "\n" if found else good)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else str(__doc__))
