"""Write the reference trajectories, schedules and gradients beside this file; see README.md.

`generate.py` writes everything, `generate.py NAME...` the recipes of these names alone.
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

from autodiff import make_autodiff  # noqa: E402
from comparing import assert_well_conditioned, largest_difference  # noqa: E402
from inputs import STEPS, ZERO_STEP, as_json, make_inputs, perturbed  # noqa: E402
from matrices import make_matrices  # noqa: E402
from optimizers import OPTIMIZERS  # noqa: E402
from recipe import Case as RecipeCase  # noqa: E402
from recipe import Recipe  # noqa: E402
from schedules import make_schedules  # noqa: E402
from trajectories import (  # noqa: E402
    TORCH,
    Case,
    Trajectory,
    describe,
    run_optax,
    run_torch,
)
from transforms import TRANSFORMS, scheduled_cases  # noqa: E402
from writing import write  # noqa: E402

HERE = Path(__file__).parent
TOLERANCE = 1e-12  # how closely Optax must agree, and how closely Gradus will be held to


def cases_of(name: str) -> list[Case]:
    """Every setting of one optimizer as a chain of one link."""
    optimizer = OPTIMIZERS[name]
    return [
        Case(
            variant.label,
            [(name, {**optimizer.defaults, **variant.changes})],
            groups=variant.groups,
            by_torch=variant.by_torch,
        )
        for variant in optimizer.variants
    ]


def perturbed_inputs(inputs: dict) -> dict:
    """The inputs with rounding's worth of noise."""
    generator = np.random.Generator(np.random.PCG64(0))
    return {
        "parameters": perturbed(inputs["parameters"], generator),
        "gradients": [perturbed(step, generator) for step in inputs["gradients"]],
    }


def check(case: Case, inputs: dict, result: Trajectory) -> bool:
    """Fail unless the case is well conditioned and Optax agrees; say whether Optax was asked."""
    moved = run_torch(case, perturbed_inputs(inputs), torch.float64)
    assert_well_conditioned(case.label, result.parameters, moved.parameters)
    assert_well_conditioned(case.label, result.average, moved.average)
    if case.clipped is not None:
        limit = dict(case.chain)["clipByGlobalNorm"]["maxNorm"]
        count = sum(norm > limit for norm in result.norms)
        possible = STEPS - 1  # the zero gradient of step ZERO_STEP is never clipped
        truth = {"none": count == 0, "some": 0 < count < possible, "all": count == possible}
        if result.norms[ZERO_STEP - 1] != 0 or not truth[case.clipped]:
            raise AssertionError(f"{case.label}: {count} steps are clipped")
    by_optax = run_optax(case, inputs)
    if by_optax is None:
        return False
    for mine, other in [
        (result.parameters, by_optax.parameters),
        (result.average, by_optax.average),
    ]:
        difference = largest_difference(mine, other)
        if difference > TOLERANCE:
            raise AssertionError(f"{case.label}: Optax differs by {difference}")
    return True


def record(case: Case, inputs: dict) -> tuple[dict, bool]:
    """One entry of a file's "cases", and whether Optax confirmed it."""
    result64 = run_torch(case, inputs, torch.float64)
    result32 = run_torch(case, inputs, torch.float32)
    confirmed = check(case, inputs, result64)
    entry = {"label": case.label, "source": describe(case)}
    if len(case.chain) == 1:
        entry["options"] = case.chain[0][1]
    else:
        entry["chain"] = case.chain
    if case.groups:
        entry["groups"] = case.groups
    if case.schedules:
        entry["optimizer"] = case.chain[0][0]
        entry["schedules"] = case.schedules
    entry["float64"] = result64.parameters
    entry["float32"] = result32.parameters
    for key, values in [("average", "average"), ("gradientNorm", "norms")]:
        if getattr(result64, values):
            entry[key] = {
                "float64": getattr(result64, values),
                "float32": getattr(result32, values),
            }
    return entry, confirmed


def write_cases(path: Path, name: str, cases: list[Case], inputs: dict) -> int:
    """Write one file of trajectories; return its size."""
    recorded = [record(case, inputs) for case in cases]
    confirmed = sum(agreed for _, agreed in recorded)
    print(f"{name}: {len(cases)} cases, {confirmed} confirmed by Optax")
    return write(path, {"name": name, "cases": [entry for entry, _ in recorded]})


def told(case: RecipeCase, inputs: dict) -> dict:
    """The inputs with what this case changes and what its steps are told besides."""
    start = {n: a * 0 if n in case.zero else a for n, a in inputs["parameters"].items()}
    values = {name: np.array(numbers) for name, numbers in case.inputs.items()}
    return {**inputs, "parameters": start, "scalars": values}


def check_recipe(recipe: Recipe, case: RecipeCase, inputs: dict, result: Trajectory) -> bool:
    """Fail unless the case is well conditioned and the second source agrees; say if it was asked."""
    generator = np.random.Generator(np.random.PCG64(1))
    moved = {**perturbed_inputs(inputs), "scalars": perturbed(inputs["scalars"], generator)}
    other = recipe.source_of(case).run(case, moved, "float64")
    assert_well_conditioned(case.label, result.parameters, other.parameters)
    assert_well_conditioned(case.label, result.evaluation, other.evaluation)
    second = recipe.check_of(case)
    if second is None:
        return False
    asked = second.run(case, inputs, "float64")
    for mine, theirs in [
        (result.parameters, asked.parameters),
        (result.evaluation, asked.evaluation),
    ]:
        difference = largest_difference(mine, theirs) if mine and theirs else 0
        if difference > TOLERANCE:
            raise AssertionError(f"{case.label}: the second source differs by {difference}")
    return True


def record_recipe(recipe: Recipe, case: RecipeCase, inputs: dict) -> tuple[dict, bool]:
    """One entry of a file's "cases", and whether the second source confirmed it."""
    told_inputs = told(case, inputs)
    source = recipe.source_of(case)
    result64 = source.run(case, told_inputs, "float64")
    result32 = source.run(case, told_inputs, "float32")
    entry = {"label": case.label, "source": source.describe(case)}
    entry["options" if case.chain is None else "chain"] = case.given
    if case.zero:
        entry["zero"] = list(case.zero)
    if case.inputs:
        entry["inputs"] = case.inputs
    entry["float64"] = result64.parameters
    entry["float32"] = result32.parameters
    if result64.evaluation:
        entry["evaluation"] = {"float64": result64.evaluation, "float32": result32.evaluation}
    return entry, check_recipe(recipe, case, told_inputs, result64)


def write_recipe(name: str, inputs: dict) -> int:
    """Write the file of one recipe; return its size."""
    recipe: Recipe = import_module(f"recipes.{name}").RECIPE
    recorded = [record_recipe(recipe, case, inputs) for case in recipe.cases]
    confirmed = sum(agreed for _, agreed in recorded)
    print(f"{name}: {len(recorded)} cases, {confirmed} confirmed by a second source")
    path = HERE / f"optimizers/{name}.json"
    return write(path, {"name": name, "cases": [entry for entry, _ in recorded]})


def write_everything(inputs: dict) -> int:
    """Write every file; return the size of them all."""
    size = write(HERE / "inputs.json", as_json(inputs))
    for name in OPTIMIZERS:
        size += write_cases(HERE / f"optimizers/{name}.json", name, cases_of(name), inputs)
    for name, cases in TRANSFORMS.items():
        size += write_cases(HERE / f"optimizers/{name}.json", name, cases, inputs)
    for path in sorted((HERE / "recipes").glob("*.py")):
        size += write_recipe(path.stem, inputs)
    size += write_cases(HERE / "scheduled.json", "scheduled", scheduled_cases(), inputs)
    size += write(HERE / "schedules.json", make_schedules())
    size += write(HERE / "autodiff.json", make_autodiff(TORCH))
    size += write(HERE / "matrices.json", make_matrices())
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
