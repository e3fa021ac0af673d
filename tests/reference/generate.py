"""Write the reference trajectories, schedules and gradients beside this file; see README.md.

`generate.py` writes everything, `generate.py NAME...` only the recipes with these names.
"""

import os
import sys

# One thread and the same code path on every x86 processor, before torch chooses its own.
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "COMPATIBLE"
os.environ["XLA_FLAGS"] = "--xla_cpu_max_isa=SSE4_2"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402

import scheduled  # noqa: E402
from answers import make_answers  # noqa: E402
from autodiff import make_autodiff  # noqa: E402
from comparing import TOLERANCE, assert_well_conditioned, largest_difference  # noqa: E402
from extremes import make_extremes  # noqa: E402
from halves import make_halves  # noqa: E402
from inputs import STEPS, ZERO_STEP, as_json, make_inputs, perturbed  # noqa: E402
from layers import make_layers  # noqa: E402
from matrices import make_matrices  # noqa: E402
from migration import make_migration  # noqa: E402
from normal import make_normal  # noqa: E402
from operations import make_operations  # noqa: E402
from recipe import Case, Recipe  # noqa: E402
from schedules import make_schedules  # noqa: E402
from nonfinite import make_nonfinite  # noqa: E402
from sparse import make_sparse  # noqa: E402
from sources import TORCH, Trajectory  # noqa: E402
from wrappers import make_wrappers  # noqa: E402
from writing import write  # noqa: E402

HERE = Path(__file__).parent


def inputs_of(case: Case, inputs: dict) -> dict:
    """The inputs with the changes of this case, and with the extra inputs of its steps."""
    start = {n: a * 0 if n in case.zero else a for n, a in inputs["parameters"].items()}
    values = {name: np.array(numbers) for name, numbers in case.inputs.items()}
    return {**inputs, "parameters": start, "scalars": values}


def perturbed_inputs(inputs: dict) -> dict:
    """The inputs with noise of the size of rounding."""
    generator = np.random.Generator(np.random.PCG64(0))
    return {
        "parameters": perturbed(inputs["parameters"], generator),
        "gradients": [perturbed(step, generator) for step in inputs["gradients"]],
        "scalars": perturbed(inputs["scalars"], generator),
    }


def check_clipping(case: Case, norms: list) -> None:
    """Fail unless the case clips as many steps as it states."""
    limit = dict(case.given)["clipByGlobalNorm"]["maxNorm"]
    count = sum(norm > limit for norm in norms)
    possible = STEPS - 1  # the zero gradient of step ZERO_STEP is never clipped
    truth = {"none": count == 0, "some": 0 < count < possible, "all": count == possible}
    if norms[ZERO_STEP - 1] != 0 or not truth[case.clipped]:
        raise AssertionError(f"{case.label}: {count} steps are clipped")


def check(recipe: Recipe, case: Case, inputs: dict, result: Trajectory) -> bool:
    """Fail if the case is sensitive to rounding, or the second source disagrees; return whether that was asked."""
    moved = recipe.source_of(case).run(case, perturbed_inputs(inputs), "float64")
    tolerance = recipe.tolerance
    assert_well_conditioned(case.label, result.parameters, moved.parameters, tolerance)
    assert_well_conditioned(case.label, result.evaluation, moved.evaluation, tolerance)
    if case.clipped is not None:
        check_clipping(case, result.norms)
    second = recipe.check_of(case)
    if second is None:
        return False
    asked = second.run(case, inputs, "float64")
    difference = largest_difference(result.parameters, asked.parameters)
    if result.evaluation and asked.evaluation:
        difference = max(difference, largest_difference(result.evaluation, asked.evaluation))
    if difference > tolerance:
        raise AssertionError(f"{case.label}: the second source differs by {difference}")
    return True


def record(recipe: Recipe, case: Case, inputs: dict) -> tuple[dict, bool]:
    """One entry of a file's "cases", and whether the second source confirmed it."""
    own = inputs_of(case, inputs)
    source = recipe.source_of(case)
    result64, result32 = source.run(case, own, "float64"), source.run(case, own, "float32")
    entry = {"label": case.label, "source": source.describe(case)}
    if case.rates:
        ((name, entry["options"]),) = case.chain
        entry["optimizer"] = name
        entry["schedules"] = {"lr": case.rates.schedule}
    else:
        entry["options" if case.chain is None else "chain"] = case.given
    for key in ("groups", "zero", "inputs"):
        if getattr(case, key):
            entry[key] = getattr(case, key)
    entry["float64"] = result64.parameters
    entry["float32"] = result32.parameters
    for key, values in [("evaluation", "evaluation"), ("gradientNorm", "norms")]:
        if getattr(result64, values):
            one, other = getattr(result64, values), getattr(result32, values)
            entry[key] = {"float64": one, "float32": other}
    return entry, check(recipe, case, own, result64)


def write_cases(path: Path, recipe: Recipe, inputs: dict) -> int:
    """Write the file of one recipe; return its size."""
    recorded = [record(recipe, case, inputs) for case in recipe.cases]
    confirmed = sum(agreed for _, agreed in recorded)
    print(f"{path.stem}: {len(recorded)} cases, {confirmed} confirmed by a second source")
    wider = {} if recipe.tolerance == TOLERANCE else {"tolerance": recipe.tolerance}
    return write(path, {"name": path.stem, **wider, "cases": [entry for entry, _ in recorded]})


def write_recipe(name: str, inputs: dict) -> int:
    recipe = import_module(f"recipes.{name}").RECIPE
    return write_cases(HERE / f"optimizers/{name}.json", recipe, inputs)


def write_everything(inputs: dict) -> int:
    """Write every file; return the size of them all."""
    size = write(HERE / "inputs.json", as_json(inputs))
    for path in sorted((HERE / "recipes").glob("*.py")):
        size += write_recipe(path.stem, inputs)
    size += write_cases(HERE / "scheduled.json", scheduled.RECIPE, inputs)
    size += write(HERE / "schedules.json", make_schedules())
    size += write(HERE / "autodiff.json", make_autodiff(TORCH))
    size += write(HERE / "layers.json", make_layers())
    size += write(HERE / "operations.json", make_operations())
    size += write(HERE / "matrices.json", make_matrices())
    size += write(HERE / "normalQuantile.json", make_normal())
    size += write(HERE / "halves.json", make_halves())
    size += write(HERE / "nonfinite.json", make_nonfinite())
    size += write(HERE / "extremes.json", make_extremes())
    size += write(HERE / "sparse.json", make_sparse())
    size += write(HERE / "wrappers.json", make_wrappers(inputs))
    size += write(HERE / "answers.json", make_answers(inputs))
    size += write(HERE / "migration.json", make_migration(inputs))
    return size


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = False
    inputs = make_inputs()
    if names:
        size = sum(write_recipe(name, inputs) for name in names)
    else:
        size = write_everything(inputs)
    print(f"{size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
