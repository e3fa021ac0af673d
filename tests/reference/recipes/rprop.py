"""Rprop: PyTorch, and the formula; Optax is one step behind."""

import numpy as np
import torch

from recipe import Case, PerTensor, Recipe, torch_source, transcription


class Rprop(PerTensor):
    formula = (
        "step *= etaPlus where g before > 0, etaMinus where g before < 0, clipped; "
        "before = 0 where g before < 0, else g; p -= step sign(before)"
    )

    def state(self, parameters):
        self.start = {"before": 0, "step": self.options.lr}
        super().state(parameters)

    def update(self, p, g, s, t, o):
        agreement = g * s.before
        factor = np.where(agreement > 0, o.etaPlus, np.where(agreement < 0, o.etaMinus, 1))
        s.step = np.clip(s.step * factor.astype(p.dtype), o.minStepSize, o.maxStepSize)
        s.before = np.where(agreement < 0, 0, g)
        return p - s.step * np.sign(s.before)

DEFAULTS = {"lr": 0.1, "etaMinus": 0.5, "etaPlus": 1.2, "minStepSize": 1e-6, "maxStepSize": 50}


def arguments(o: dict) -> dict:
    return {
        "lr": o["lr"],
        "etas": (o["etaMinus"], o["etaPlus"]),
        "step_sizes": (o["minStepSize"], o["maxStepSize"]),
    }


RECIPE = Recipe(
    source=torch_source(lambda o: (torch.optim.Rprop, arguments(o)), link="rprop"),
    check=transcription(Rprop, link="rprop"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("as PyTorch: lr 0.01", {**DEFAULTS, "lr": 0.01}),
        Case("within tight bounds", {**DEFAULTS, "minStepSize": 0.08, "maxStepSize": 0.13}),
        Case("odd factors", {**DEFAULTS, "etaMinus": 0.3, "etaPlus": 1.7}),
        Case("behind l2", chain=[["l2", {"l2": 0.1}], ["rprop", {**DEFAULTS, "lr": 0.01}]]),
    ],
)
