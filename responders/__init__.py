"""Those who answer: a department's machine, its window clerks, and the clock that urges them."""
