"""The contents of a file in recipes/: the source of the steps, the second source that must agree, and the options."""

from dataclasses import dataclass, field
from typing import Protocol

from formulas import PerTensor
from sources import Trajectory, optax_source, transcription
from torch_source import torch_chain, torch_source

__all__ = [
    "Case",
    "PerTensor",
    "Rates",
    "Recipe",
    "optax_source",
    "torch_chain",
    "torch_source",
    "transcription",
]


class Source(Protocol):
    """A source that can compute a case; made by optax_source, torch_source or transcription."""

    def run(self, case: "Case", inputs: dict, dtype: str) -> Trajectory: ...

    def describe(self, case: "Case") -> str: ...


@dataclass(frozen=True)
class Rates:
    """A learning rate that follows a schedule of Gradus."""

    schedule: list  # [name, options]
    values: list[float]  # one for each step
    source: str


@dataclass(frozen=True)
class Case:
    """One setting: either every option of the recipe's rule, or a chain of [name, options]."""

    label: str
    options: dict | None = None
    chain: list | None = None
    groups: list[dict] | None = None  # as in Gradus, with patterns of names
    rates: Rates | None = None
    clipped: str | None = None  # "some", "all" or "none" of the steps, by clipByGlobalNorm
    inputs: dict[str, list[float]] = field(default_factory=dict)  # {"loss": one for each step}
    zero: tuple[str, ...] = ()  # the tensors that start at zero
    source: Source | None = None  # instead of the recipe's
    unchecked: str | None = None  # why the recipe's second source is not asked

    @property
    def given(self) -> dict | list:
        """The options or the chain from which a source makes its transformation."""
        if (self.options is None) == (self.chain is None):
            raise ValueError(f"{self.label}: a case has either options or a chain")
        return self.options if self.chain is None else self.chain


@dataclass(frozen=True)
class Recipe:
    """The source of the numbers, the second source that must agree in float64, and the cases."""

    source: Source
    cases: list[Case]
    check: Source | None = None
    tolerance: float = 1e-12  # the tolerance in float64; a larger one has its reason beside it

    def source_of(self, case: Case) -> Source:
        return case.source or self.source

    def check_of(self, case: Case) -> Source | None:
        return None if case.unchecked else self.check
