"""Optax under jax.jit on the CPU. What a step updates is donated, so that it is written in place."""

import jax
import numpy as np
import optax
from optax import contrib
from serving import Problem, serve, tensors

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def adam(o):
    return optax.adam(o["lr"], o["beta1"], o["beta2"], o["eps"])


def adamw(o):
    return optax.adamw(o["lr"], o["beta1"], o["beta2"], o["eps"], weight_decay=o["weightDecay"])


OPTIMIZERS = {
    "adam": adam,
    "adamw": adamw,
    "realistic": lambda o: optax.chain(optax.clip_by_global_norm(o["maxNorm"]), adamw(o)),
    "sgd": lambda o: optax.sgd(o["lr"]),
    "momentum": lambda o: optax.sgd(o["lr"], o["momentum"]),
    "lion": lambda o: optax.lion(o["lr"], o["beta1"], o["beta2"], weight_decay=o["weightDecay"]),
    "lamb": lambda o: optax.lamb(
        o["lr"], o["beta1"], o["beta2"], o["eps"], weight_decay=o["weightDecay"]
    ),
    "muon": lambda o: contrib.muon(
        o["lr"], ns_steps=5, beta=o["momentum"], eps=0, nesterov=False, weight_decay=0
    ),
}


class Update:
    """An optimizer on given gradients; they are handed to each step and stay as they are."""

    def __init__(self, request):
        self.problem = problem = Problem(request)
        hyper = problem.hyper
        optimizer = OPTIMIZERS[problem.rule](hyper)
        self.averaging = problem.rule == "realistic"
        self.parameters = [jax.device_put(each) for each in tensors(problem.start, problem.shapes)]
        self.state = optimizer.init(self.parameters)
        self.average = [each.copy() for each in self.parameters] if self.averaging else []
        self.gradients = []

        def step(parameters, state, average, gradients):
            updates, state = optimizer.update(gradients, state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            if average:
                average = optax.incremental_update(parameters, average, 1 - hyper["decay"])
            return parameters, state, average

        self.compiled = jax.jit(step, donate_argnums=(0, 1, 2))

    def set_gradients(self, tile):
        self.gradients = [jax.device_put(each) for each in tensors(tile, self.problem.shapes)]

    def arrays(self):
        return [np.asarray(each) for each in self.parameters]

    def step(self):
        result = self.compiled(self.parameters, self.state, self.average, self.gradients)
        self.parameters, self.state, self.average = jax.block_until_ready(result)


serve({"update": Update}, f"{optax.__version__}, jax {jax.__version__}")
