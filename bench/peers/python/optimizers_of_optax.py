"""Optax under jax.jit on the CPU. The updated arrays are donated, so that they are written in place."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
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
    """An optimizer on given gradients, which each step gets and does not change."""

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


def from_files(paths, shapes):
    return [np.fromfile(path, np.float32).reshape(shape) for path, shape in zip(paths, shapes)]


class Convolution:
    """Stages of convolution, ReLU and max pooling, then fully connected layers; the whole step is compiled."""

    def __init__(self, request):
        batch, sizes = request["batch"], request["sizes"]
        shapes = [stage["shape"] for stage in request["stages"]]
        filters = [each.transpose(1, 2, 3, 0) for each in from_files(request["filters"], shapes)]
        parameters = {
            "filters": filters,
            "filterBiases": from_files(request["filterBiases"], [-1] * len(shapes)),
            "weights": from_files(request["weights"], list(zip(sizes, sizes[1:]))),
            "biases": from_files(request["biases"], [-1] * len(sizes)),
        }
        self.optimizer = adam(request["hyper"])
        self.parameters = jax.device_put(parameters)
        self.state = self.optimizer.init(self.parameters)
        images = from_files(request["inputs"], [(batch, *request["image"])] * len(request["inputs"]))
        labels = [np.fromfile(path, np.uint8).astype(np.int32) for path in request["labels"]]
        self.batches = [jax.device_put(each) for each in zip(images, labels)]
        self.taken = 0
        self.loss = float("nan")
        self.compiled = jax.jit(self.train, donate_argnums=(0, 1))
        self.settings = request

    def features(self, parameters, x):
        padding, window, stride = (self.settings[each] for each in ("padding", "window", "stride"))
        for filters, bias in zip(parameters["filters"], parameters["filterBiases"]):
            edges = [(padding, padding)] * 2
            layout = ("NHWC", "HWIO", "NHWC")
            x = lax.conv_general_dilated(x, filters, (1, 1), edges, dimension_numbers=layout)
            x = jax.nn.relu(x + bias)
            windows = ((1, window, window, 1), (1, stride, stride, 1))
            x = lax.reduce_window(x, -jnp.inf, lax.max, *windows, "VALID")
        return x.reshape(x.shape[0], -1)

    def loss_of(self, parameters, images, labels):
        x = self.features(parameters, images)
        *hidden, last = zip(parameters["weights"], parameters["biases"])
        for weight, bias in hidden:
            x = jax.nn.relu(x @ weight + bias)
        logits = x @ last[0] + last[1]
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    def train(self, parameters, state, images, labels):
        loss, gradients = jax.value_and_grad(self.loss_of)(parameters, images, labels)
        updates, state = self.optimizer.update(gradients, state, parameters)
        return optax.apply_updates(parameters, updates), state, loss

    def step(self):
        batch = self.batches[self.taken % len(self.batches)]
        self.taken += 1
        result = self.compiled(self.parameters, self.state, *batch)
        self.parameters, self.state, loss = jax.block_until_ready(result)
        self.loss = float(loss)


version = f"{optax.__version__}, jax {jax.__version__}"
serve({"update": Update, "convolution": Convolution}, version)
