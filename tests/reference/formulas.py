"""Runs formulas in NumPy, one tensor at a time."""

from types import SimpleNamespace

import numpy as np


class PerTensor:
    """An optimizer that works on one tensor at a time.

    `start` gives the initial number of each state by name; `update(p, g, s, t, o)` returns the
    new parameter from the parameter, its gradient, the state (which it changes: `s.m = ...`), the
    step's number from 1, and the options.
    """

    start: dict[str, float] = {}

    def __init__(self, options: dict):
        self.options = SimpleNamespace(**options)
        self.steps = 0
        self.states: dict[str, SimpleNamespace] = {}

    def state(self, parameters: dict[str, np.ndarray]) -> None:
        for name, p in parameters.items():
            full = {key: np.full_like(p, value) for key, value in self.start.items()}
            self.states[name] = SimpleNamespace(**full)

    def step(self, parameters: dict, gradients: dict) -> dict[str, np.ndarray]:
        self.steps += 1
        return {
            n: self.update(p, gradients[n], self.states[n], self.steps, self.options)
            for n, p in parameters.items()
        }

    def update(self, p, g, s, t, o) -> np.ndarray:
        raise NotImplementedError
