"""What cryptography costs: the same questions with and without signing, sealing and chaining, in turns."""

import statistics

from tests.bench import batches
from tests.bench.aims import Report
from tests.bench.ground import distributed
from tests.bench.rounds import in_turns, ratio, spread


def measure_cryptography(report: Report, count: int, rounds: int) -> None:
    """Each time in a new house, because a house either does it or not."""

    def measure(unsealed: bool) -> batches.Throughput:
        with distributed(unsealed) as ground:
            return batches.measure(ground, count)

    found = in_turns(rounds, {"without": lambda: measure(True), "with": lambda: measure(False)})
    rates = {how: [one.rate for one in each] for how, each in found.items()}
    spent = {how: statistics.median(sum(one.cpu.values()) for one in each) for how, each in found.items()}
    report.add("nothing signed or sealed, in batches", f"{spread(rates['without'], '/s')}, {spent['without']:.2f} s per 1,000")
    fewer = 1 - ratio(rates["with"], rates["without"])
    report.add("letters and rows sealed, trail chained", f"{spread(rates['with'], '/s')}, {spent['with']:.2f} s, {fewer:.0%} fewer")
