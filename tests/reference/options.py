"""Writes options.json: every public name of PyTorch and Optax with the options in its signature."""

import importlib
import importlib.metadata
import inspect
import json
import pathlib

# In this order: what several export is another's by the shortest of its addresses.
MODULES = [
    "torch.optim",
    "torch.optim.lr_scheduler",
    "torch.optim.swa_utils",
    "optax",
    "optax.contrib",
    "optax.schedules",
    "optax.transforms",
    "optax.projections",
]
# Of modules that have much else.
NAMES = [
    "torch.amp.GradScaler",
    "torch.nn.utils.clip_grad_norm_",
    "torch.nn.utils.clip_grad_value_",
    "torch.nn.utils.clip_grads_with_norm_",
    "torch.nn.utils.get_total_norm",
]


def attribute(address: str) -> object:
    module, _, name = address.rpartition(".")
    return getattr(importlib.import_module(module), name)


def is_public(value: object) -> bool:
    """A function or a class, or one with some arguments given: no module, no alias of a type."""
    return inspect.isroutine(value) or inspect.isclass(value) or hasattr(value, "func")


def is_own(value: object, library: str) -> bool:
    """Whether it is this library's, which may have it from others."""
    return (getattr(value, "func", value).__module__ or "").split(".")[0] == library


def options_of(name: str, value: object) -> list[str]:
    """What may be said to it; of a state or a protocol nothing: its fields are nobody's to give."""
    if name.endswith("State") or getattr(value, "_is_protocol", False):
        return []
    return [name for name in inspect.signature(value).parameters if name != "self"]


def addresses() -> list[str]:
    listed = []
    for address in MODULES:
        module = importlib.import_module(address)
        # PyTorch lists what is public, Optax less than that; what is deprecated is in neither.
        names = module.__all__ if address.startswith("torch") else dir(module)
        library = address.split(".")[0]
        for name in names:
            value = getattr(module, name)
            if not name.startswith("_") and is_public(value) and is_own(value, library):
                listed.append(f"{address}.{name}")
    return listed + NAMES


def main() -> None:
    found: dict[str, list[str]] = {}
    taken: set[tuple[str, int]] = set()
    for address in addresses():
        name, value = address.rpartition(".")[2], attribute(address)
        if (name, id(value)) not in taken:
            taken.add((name, id(value)))
            found[address] = options_of(name, value)
    versions = {name: importlib.metadata.version(name) for name in ("torch", "optax")}
    # A line for each name, so that a new version shows what is new.
    lines = [f"  {json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    options = "{\n" + ",\n".join(lines) + "\n }"
    path = pathlib.Path(__file__).with_name("options.json")
    path.write_text(f'{{\n "versions": {json.dumps(versions)},\n "options": {options}\n}}\n')


if __name__ == "__main__":
    main()
