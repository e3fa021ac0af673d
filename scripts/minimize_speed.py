"""Runs SciPy's L-BFGS-B or BFGS once for each line of JSON, for minimize-speed.ts."""

import json
import sys
from time import process_time

import numpy
from scipy.optimize import minimize


def quadratic(n):
    weights = 1 + 99 * numpy.arange(n) / n

    def function(x):
        gradient = weights * (x - 1)
        return float(gradient @ (x - 1)) / 2, gradient

    return function, numpy.full(n, -1.0)


def rosenbrock(n):
    def function(x):
        a, b = x[0::2], x[1::2]
        valley, rest = b - a * a, 1 - a
        gradient = numpy.empty(n)
        gradient[0::2] = -400 * a * valley - 2 * rest
        gradient[1::2] = 200 * valley
        return float(100 * (valley @ valley) + rest @ rest), gradient

    start = numpy.empty(n)
    start[0::2], start[1::2] = -1.2, 1
    return function, start


for line in sys.stdin:
    name, n, method, iterations, repeats = json.loads(line)
    function, start = {"quadratic": quadratic, "rosenbrock": rosenbrock}[name](n)
    inside = 0.0
    evaluations = 0

    def timed(x):
        global inside, evaluations
        begun = process_time()
        result = function(x)
        inside += process_time() - begun
        evaluations += 1
        return result

    options = {"maxiter": iterations, "gtol": 1e-8}
    if method == "L-BFGS-B":
        options |= {"ftol": 0, "maxfun": 10**9}
    begun = process_time()
    done = 0
    for _ in range(repeats):
        result = minimize(timed, start, jac=True, method=method, options=options)
        done += int(result.nit)
    total = process_time() - begun
    answer = {
        "seconds": total - inside,
        "iterations": done,
        "evaluations": evaluations,
        "value": float(result.fun),
    }
    print(json.dumps(answer), flush=True)
