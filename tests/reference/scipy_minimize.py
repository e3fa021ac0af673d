"""Writes scipy_minimize.json: the results of SciPy's minimizers for the problems of Moré, Garbow and Hillstrom.

    python tests/reference/scipy_minimize.py

The functions are those of the tests, tests/problems, which Node evaluates, so that both get the same numbers to the last bit.
"""

import json
import queue
import subprocess
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import scipy
from scipy.optimize import minimize

ROOT = Path(__file__).parents[2]
METHODS = ["BFGS", "L-BFGS-B", "Newton-CG"]
# As exact as each can be, because the final points are compared.
TIGHT = {
    "BFGS": {"gtol": 1e-8, "maxiter": 10_000},
    "L-BFGS-B": {"gtol": 1e-8, "ftol": 1e-15, "maxiter": 5000, "maxfun": 10_000},
    "Newton-CG": {"xtol": 1e-12, "maxiter": 1000},
}


# The number of calls after which a run counts as endless.
LIMIT = 20_000


class Endless(Exception):
    """A run that does not end."""


class Problems:
    def __init__(self):
        command = ["npx", "tsx", "tests/reference/scipy_minimize.ts"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.list = json.loads(self.process.stdout.readline())
        self.lock = threading.Lock()
        self.waiting = queue.SimpleQueue()
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        """Answers come in the order of the questions, whichever run asked."""
        for line in self.process.stdout:
            self.waiting.get().put(json.loads(line))

    def function(self, index):
        def value_and_gradient(x):
            reply = queue.SimpleQueue()
            with self.lock:
                self.waiting.put(reply)
                self.process.stdin.write(json.dumps([index, x.tolist()]) + "\n")
                self.process.stdin.flush()
            numbers = [numpy.nan if each is None else each for each in reply.get()]
            return numbers[0], numpy.array(numbers[1:], dtype=float)

        return value_and_gradient


def run(function, start, method, bounds=None):
    count = 0

    def counted(x):
        nonlocal count
        count += 1
        if count > LIMIT or not numpy.all(numpy.isfinite(x)):
            raise Endless
        return function(x)

    try:
        result = minimize(
            counted,
            numpy.array(start, dtype=float),
            jac=True,
            method=method,
            bounds=bounds,
            options=TIGHT[method],
        )
    except Endless:
        return {"value": None, "evaluations": count, "iterations": None}
    value = float(result.fun)
    return {
        "value": value if numpy.isfinite(value) else None,
        "evaluations": count,
        "iterations": int(result.nit),
        **({"x": result.x.tolist()} if bounds else {}),
    }


def boxes(start, solution):
    """A box around the start, one that excludes the solution, and one that excludes the start."""
    start, solution = numpy.array(start, dtype=float), numpy.array(solution, dtype=float)
    middle = (start + solution) / 2
    size = numpy.maximum(numpy.abs(solution - start), 0.5)
    return {
        "around": [start - 2 * size, start + 2 * size],
        "out": [numpy.minimum(start, middle) - 0.1, numpy.maximum(start, middle) + 0.1],
        "outside": [solution - 0.3 * size, solution + 0.2 * size],
    }


def solve(problems, index):
    """All runs of one problem."""
    function, starts = problems.function(index), problems.list[index]["starts"]
    free = [
        {
            "problem": index,
            "start": number,
            **{method: run(function, start, method) for method in METHODS},
        }
        for number, start in enumerate(starts)
    ]
    start = starts[0]
    best = minimize(
        function,
        numpy.array(start, dtype=float),
        jac=True,
        method="L-BFGS-B",
        options=TIGHT["L-BFGS-B"],
    )
    bounded = []
    for kind, (lower, upper) in boxes(start, best.x).items():
        if numpy.all(numpy.isfinite(lower)) and numpy.all(lower < upper):
            box = {"lower": lower.tolist(), "upper": upper.tolist()}
            result = run(function, start, "L-BFGS-B", list(zip(lower, upper)))
            bounded.append({"problem": index, "kind": kind, **box, **result})
    return free, bounded


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    problems = Problems()
    count = len(problems.list)
    # In parallel, because each mostly waits for Node.
    with ThreadPoolExecutor(count) as pool:
        solved = list(pool.map(lambda index: solve(problems, index), range(count)))
    free = [row for rows, _ in solved for row in rows]
    bounded = [row for _, rows in solved for row in rows]
    path = Path(__file__).with_name("scipy_minimize.json")
    output = {"source": f"scipy.optimize.minimize, SciPy {scipy.__version__}", "options": TIGHT}
    rows = lambda each: "[\n" + ",\n".join(json.dumps(row) for row in each) + "\n]"
    head = json.dumps(output)[:-1]
    path.write_text(f'{head},\n"free": {rows(free)},\n"bounded": {rows(bounded)}}}\n')
    problems.process.stdin.close()
