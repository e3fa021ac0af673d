"""Adam: PyTorch and Optax."""

import optax
import torch

from adam_cases import odd_cases, torch_arguments
from chains import ADAM
from recipe import Case, Recipe, optax_source, torch_source


def by_torch(o: dict) -> tuple[type, dict]:
    return torch.optim.Adam, torch_arguments(o)


RECIPE = Recipe(
    source=torch_source(by_torch),
    check=optax_source(lambda o: optax.adam(o["lr"], o["beta1"], o["beta2"], o["eps"])),
    cases=[Case("defaults", ADAM), *odd_cases(ADAM)],
)
