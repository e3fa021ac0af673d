"""Writes options.json: every public name of PyTorch and Optax with the options in its signature."""

import importlib
import importlib.metadata
import inspect
import json
import pathlib

# Ordered: if several export the same object, it is listed under its shortest address.
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
# Single names from modules that contain much else.
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
    """Whether it is a function or a class, maybe with bound arguments, rather than a module or a type alias."""
    return inspect.isroutine(value) or inspect.isclass(value) or hasattr(value, "func")


def is_own(value: object, library: str) -> bool:
    """Whether it belongs to this library, which may re-export it from others."""
    return (getattr(value, "func", value).__module__ or "").split(".")[0] == library


def options_of(name: str, value: object) -> list[str]:
    """Its options. A state or a protocol has none, because users do not set its fields."""
    if name.endswith("State") or getattr(value, "_is_protocol", False):
        return []
    return [name for name in inspect.signature(value).parameters if name != "self"]


def addresses() -> list[str]:
    listed = []
    for address in MODULES:
        module = importlib.import_module(address)
        # PyTorch lists its public names, Optax not all of them; neither lists deprecated ones.
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
    # One line for each name, so that the diff of a new version shows what is new.
    lines = [f"  {json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    options = "{\n" + ",\n".join(lines) + "\n }"
    path = pathlib.Path(__file__).with_name("options.json")
    path.write_text(f'{{\n "versions": {json.dumps(versions)},\n "options": {options}\n}}\n')


if __name__ == "__main__":
    main()
