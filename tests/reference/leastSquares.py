"""
Writes leastSquares.json: what SciPy's least squares (MINPACK's lmder and lmdif, and its own trust region for bounds and robust
losses) find for the problems of tests/problems, and its quantiles of Student's t.

    python tests/reference/leastSquares.py
"""
import json
import pathlib
import warnings

import numpy as np
import scipy
from scipy.optimize import OptimizeWarning, curve_fit, least_squares
from scipy.stats import norm, t

from problems import Problems

problems = Problems()
TOLERANCE = {"ftol": 1e-10, "xtol": 1e-10, "gtol": 1e-10}
# The limit of Gradus is also 1000 iterations.
MOST = 1500


def attempt(run):
    """A failure is an answer, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                return run()
    except (ValueError, RuntimeError) as error:
        return {"error": str(error)}


def told(what, index):
    print(what, index, flush=True)


def found(result):
    return {
        "value": float(2 * result.cost),
        "nfev": int(result.nfev),
        "njev": None if result.njev is None else int(result.njev),
        "status": int(result.status),
        "x": result.x.tolist(),
    }


def by_problem(index):
    told("problem", index)
    facts = problems.ask("problems", index, "facts")
    residuals = lambda x: problems.numbers("problems", index, "residuals", x)
    jacobian = lambda x: problems.numbers("problems", index, "jacobian", x)
    runs = []
    for start in facts["starts"]:
        runs.append({
            "given": attempt(lambda: found(least_squares(
                residuals, start, jac=jacobian, method="lm", max_nfev=MOST, **TOLERANCE))),
            "differences": attempt(lambda: found(least_squares(
                residuals, start, method="lm", max_nfev=MOST, **TOLERANCE))),
        })
    return {"number": facts["number"], "name": facts["name"], "runs": runs}


def fitted(residuals, start, **options):
    """The results of curve_fit: parameters, their standard errors, and the sum of squares."""
    def model(_, *b):
        return residuals(b)
    count = len(residuals(start))
    b, covariance = curve_fit(model, np.arange(count), np.zeros(count), p0=start, **options)
    return {
        "parameters": b.tolist(),
        "standardErrors": np.sqrt(np.diag(covariance)).tolist(),
        "residualSumOfSquares": float(np.sum(residuals(b) ** 2)),
    }


def by_regression(index):
    told("regression", index)
    facts = problems.ask("regressions", index, "facts")
    residuals = lambda x: problems.numbers("regressions", index, "residuals", x)
    runs = [
        {
            "defaults": attempt(lambda: fitted(residuals, start)),
            "tight": attempt(lambda: fitted(residuals, start, maxfev=5000, ftol=1e-14, xtol=1e-14, gtol=1e-14)),
            "trf": attempt(lambda: fitted(
                residuals, start, method="trf", jac="3-point", x_scale="jac", max_nfev=300, ftol=1e-14, xtol=1e-14, gtol=1e-14)),
        }
        for start in facts["starts"]
    ]
    return {"name": facts["name"], "runs": runs}


def by_box(index):
    told("box", index)
    facts = problems.ask("boxes", index, "facts")
    residuals = lambda x: problems.numbers("boxes", index, "residuals", x)
    jacobian = lambda x: problems.numbers("boxes", index, "jacobian", x)
    tight = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": 500}
    runs = {
        method: attempt(lambda: found(least_squares(
            residuals, facts["start"], jac=jacobian, bounds=(facts["lower"], facts["upper"]), method=method, **tight)))
        for method in ["trf", "dogbox"]
    }
    return {"name": facts["name"], **runs}


def with_outliers():
    """A decay, with two outliers."""
    x = np.linspace(0, 5, 24)
    y = 2.5 * np.exp(-1.3 * x) + 0.5 + 0.02 * np.sin(37 * x)
    y[[4, 15]] += [1.5, -2]
    model = lambda x, a, b, c: a * np.exp(-b * x) + c
    residuals = lambda p: model(x, *p) - y
    start = [1, 1, 0]
    tight = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
    losses = {}
    for loss, name in [("linear",) * 2, ("huber",) * 2, ("soft_l1", "softL1"), ("cauchy",) * 2, ("arctan",) * 2]:
        result = least_squares(residuals, start, loss=loss, f_scale=0.1, jac="3-point", **tight)
        losses[name] = {"x": result.x.tolist(), "cost": float(result.cost)}
    sigma = 0.05 + 0.02 * x
    weighted = {}
    for absolute in [False, True]:
        b, covariance = curve_fit(model, x, y, start, sigma=sigma, absolute_sigma=absolute, method="trf", jac="3-point", **tight)
        weighted["absolute" if absolute else "relative"] = {"x": b.tolist(), "covariance": covariance.tolist()}
    return {"x": x.tolist(), "y": y.tolist(), "sigma": sigma.tolist(), "losses": losses, "weighted": weighted}


def quantiles():
    levels = [0.001, 0.1, 0.5, 0.68, 0.9, 0.95, 0.99, 0.999, 0.999999]
    freedoms = [1, 2, 3, 4, 5, 7, 10, 29, 30, 100, 101, 1000, 100_000]
    return {
        "levels": levels,
        "freedoms": freedoms,
        "t": [[float(t.ppf((1 + level) / 2, freedom)) for level in levels] for freedom in freedoms],
        "normal": [float(norm.ppf((1 + level) / 2)) for level in levels],
    }


count = lambda set: range(problems.ask(set, 0, "count"))
answers = {
    "scipy": scipy.__version__,
    "quantiles": quantiles(),
    "outliers": with_outliers(),
    "boxes": [by_box(index) for index in count("boxes")],
    "problems": [by_problem(index) for index in count("problems")],
    "regressions": [by_regression(index) for index in count("regressions")],
}
problems.close()


def plain(value):
    """JSON has no infinities."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(plain(answers), separators=(",", ":")) + "\n")
