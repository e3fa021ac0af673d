"""JSON that is compact, and still readable as a diff: one tensor in each line."""

import json
import math
from pathlib import Path

import numpy as np

LINE_WIDTH = 100


def number(value) -> str:
    """The shortest decimal that reads back as this number in its own type."""
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written as JSON")
    if isinstance(value, np.float32):
        return str(value)
    return repr(value) if isinstance(value, int) else repr(float(value))


def inline(value) -> str:
    """`value` as JSON on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if value is None or isinstance(value, (str, bool)):
        return json.dumps(value)
    return number(value)


def is_flat(value) -> bool:
    """Whether `value` is a list without lists or dictionaries in it: a tensor."""
    return isinstance(value, (list, tuple)) and not any(
        isinstance(item, (dict, list, tuple)) for item in value
    )


def encode(value, indent: str = "") -> str:
    """`value` as JSON; what fits a line and every tensor stay on one."""
    line = inline(value)
    if is_flat(value) or not isinstance(value, (dict, list, tuple)):
        return line
    if len(indent) + len(line) <= LINE_WIDTH:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {encode(item, deeper)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [encode(item, deeper) for item in value]
        opening, closing = "[", "]"
    body = ",\n".join(deeper + item for item in items)
    return f"{opening}\n{body}\n{indent}{closing}"


def write(path: Path, value) -> int:
    """Write `value` as JSON to `path`; return the number of bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = encode(value) + "\n"
    json.loads(text)  # fails if this is not JSON
    path.write_text(text, encoding="ascii", newline="\n")
    return len(text)
