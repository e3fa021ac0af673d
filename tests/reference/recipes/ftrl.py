"""FTRL-Proximal: the paper's algorithm 1, and Keras' update, both in NumPy."""

import numpy as np

from recipe import Case, PerTensor, Recipe, transcription


class Ftrl(PerTensor):
    formula = (
        "FTRL-Proximal: sigma = ((n + g^2)^-lrPower - n^-lrPower) / lr; z += g - sigma p; n += g^2; "
        "p = 0 where |z| <= l1, else -(z - sign(z) l1) / ((beta + n^-lrPower) / lr + l2)"
    )
    start = {"z": 0}

    def state(self, parameters):
        super().state(parameters)
        for name, p in parameters.items():
            self.states[name].n = np.full_like(p, self.options.initialAccumulator)

    def power(self, n):
        return np.sqrt(n) if self.options.lrPower == -0.5 else n**-self.options.lrPower

    def update(self, p, g, s, t, o):
        sigma = (self.power(s.n + g * g) - self.power(s.n)) / o.lr
        s.z = s.z + g - sigma * p
        s.n = s.n + g * g
        solved = -(s.z - np.sign(s.z) * o.l1) / ((o.beta + self.power(s.n)) / o.lr + o.l2)
        return np.where(np.abs(s.z) <= o.l1, 0, solved).astype(p.dtype)


class KerasFtrl(Ftrl):
    """Keras' version, whose l2_regularization_strength is half of l2."""

    formula = "keras.optimizers.Ftrl"

    def update(self, p, g, s, t, o):
        strength = o.l2 / 2 + o.beta / (2 * o.lr)
        grown = s.n + g * g
        s.z = s.z + (g - (grown**-o.lrPower - s.n**-o.lrPower) / o.lr * p)
        s.n = grown
        quadratic = grown**-o.lrPower / o.lr + 2 * strength
        return (np.clip(s.z, -o.l1, o.l1) - s.z) / quadratic


DEFAULTS = {
    "lr": 1e-3, "beta": 1, "l1": 0, "l2": 0, "lrPower": -0.5, "initialAccumulator": 0
}  # fmt: skip
KERAS = {**DEFAULTS, "beta": 0, "initialAccumulator": 0.1}
SPARSE = {**DEFAULTS, "lr": 0.5, "l1": 2, "l2": 0.3}

RECIPE = Recipe(
    source=transcription(Ftrl, link="ftrl"),
    check=transcription(KerasFtrl, link="ftrl"),
    cases=[
        Case("defaults", DEFAULTS),
        Case("Keras' defaults", KERAS),
        Case("lr 0.5, l1 2, l2 0.3", SPARSE),
        Case("lrPower -0.7", {**SPARSE, "lrPower": -0.7, "initialAccumulator": 0.1}),
        Case("lrPower 0", {**SPARSE, "lrPower": 0, "lr": 0.01}),
        Case("behind a clip", chain=[["clipByNorm", {"maxNorm": 6}], ["ftrl", SPARSE]]),
    ],
)
