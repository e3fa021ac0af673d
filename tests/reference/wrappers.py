"""References for wrappers of steps: Optax' MultiSteps, SAM, private gradients and Sophia's curvature,
PyTorch's GradScaler."""

from types import SimpleNamespace

import jax
import numpy as np
import optax
import optax.contrib._galore as galore_of_optax
import torch

from around import absent, conditional, layers, skipping, summed
from sources import OPTAX, SAMPLED_STEPS, TORCH, numbers, shaped

MOMENTUM = {"lr": 0.02, "momentum": 0.9}


def momentum(options: dict) -> optax.GradientTransformation:
    return optax.sgd(options["lr"], options["momentum"])


def sampled(parameters: dict) -> dict:
    return {name: numbers(array) for name, array in parameters.items()}


def accumulated(inputs: dict, steps: int, clip: float | None, rule) -> dict:
    """Micro-steps with the gradients of the inputs; the sampled steps are micro-steps."""
    wrapped = optax.MultiSteps(rule, steps, accumulator_dtype=np.float64)
    each = optax.identity() if clip is None else optax.clip_by_global_norm(clip)
    transformation = optax.chain(each, wrapped.gradient_transformation())
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state = transformation.init(parameters)
    result = {}
    for step, gradients in enumerate(inputs["gradients"], start=1):
        updates, state = transformation.update(shaped(gradients, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def accumulate(inputs: dict) -> list[dict]:
    adam = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    cases = []
    for steps, clip, name, options in [
        (1, None, "adam", adam),
        (3, None, "adam", adam),
        (4, 9, "adam", adam),
        (5, 1, "sgd", MOMENTUM),
        (10, None, "sgd", MOMENTUM),
    ]:
        make = optax.adam(*options.values()) if name == "adam" else momentum(options)
        cases.append(
            {
                "source": f"{OPTAX} MultiSteps"
                + ("" if clip is None else ", behind clip_by_global_norm"),
                "steps": steps,
                **({} if clip is None else {"clip": clip}),
                "rule": [name, options],
                "float64": accumulated(inputs, steps, clip, make),
            }
        )
    return cases


def privatize(inputs: dict) -> dict:
    """Clipped examples without noise, five to an update."""
    examples, clip = 5, 3.0
    aggregate = optax.contrib.differentially_private_aggregate(clip, 0.0, key=0)
    transformation = optax.chain(aggregate, momentum(MOMENTUM))
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    given = [shaped(gradients, "float64") for gradients in inputs["gradients"]]
    state = transformation.init(parameters)
    result = {}
    for first in range(0, len(given), examples):
        batch = jax.tree.map(lambda *each: np.stack(each), *given[first : first + examples])
        updates, state = transformation.update(batch, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        result[str(first // examples + 1)] = sampled(parameters)
    return {
        "source": f"{OPTAX} contrib.differentially_private_aggregate, then sgd",
        "examples": examples,
        "clip": clip,
        "rule": ["sgd", MOMENTUM],
        "float64": result,
    }


def slope(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """The gradient of scale (x^4 / 4 + x^2 / 2)."""
    return scale * (x * x * x + x)


def sam(inputs: dict, rho: float) -> dict:
    """Steps down sum(scale (x^4 / 4 + x^2 / 2))."""
    climb = optax.chain(optax.contrib.normalize(), optax.sgd(rho))
    transformation = optax.contrib.sam(momentum(MOMENTUM), climb, sync_period=2)
    parameters = jax.tree.map(
        lambda a: jax.numpy.asarray(a) / 4, shaped(inputs["parameters"], "float64")
    )
    scales = {n: 1 + np.arange(a.size).reshape(a.shape) % 3 for n, a in parameters.items()}
    start, state = sampled(parameters), transformation.init(parameters)
    result = {}
    for step in range(1, SAMPLED_STEPS[-1] + 1):
        for _ in range(2):  # up, and down from below
            gradients = {n: slope(a, scales[n]) for n, a in parameters.items()}
            updates, state = transformation.update(gradients, state, parameters)
            parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return {
        "source": f"{OPTAX} contrib.sam with contrib.normalize and sgd",
        "rho": rho,
        "rule": ["sgd", MOMENTUM],
        "start": start,
        "scales": sampled(scales),
        "float64": result,
    }


def estimated(gradient: np.ndarray, parameter: np.ndarray) -> np.ndarray:
    """An estimate of curvature, positive or negative, from values that both sides have."""
    return 3 * gradient + parameter * parameter


def sophia_of_optax(inputs: dict, options: dict, beta2: float, every: int, examples) -> dict:
    """Optax takes an estimate at steps 1, 1 + every, ... after the update."""
    estimate = optax.stateless(
        lambda gradients, parameters: (
            jax.tree.map(estimated, gradients, parameters)
            if examples is None
            else jax.tree.map(lambda g: examples * g * g, gradients)
        )
    )
    transformation = optax.contrib.sophia(
        options["lr"], options["beta1"], beta2, options["eps"], options["weightDecay"],
        gamma=options["gamma"], update_interval=every, hessian_diagonal_fn=estimate,
    )  # fmt: skip
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state = transformation.init(parameters)
    update = jax.jit(transformation.update)
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        updates, state = update(shaped(given, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def sophia_of_paper(inputs: dict, options: dict, beta2: float, every: int, examples) -> dict:
    """Algorithm 3 takes an estimate at steps 1, 1 + every, ... before the update."""
    parameters = shaped(inputs["parameters"], "float64")
    m = {n: np.zeros_like(p) for n, p in parameters.items()}
    h = {n: np.zeros_like(p) for n, p in parameters.items()}
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        for n, g in shaped(given, "float64").items():
            p = parameters[n]
            m[n] = options["beta1"] * m[n] + (1 - options["beta1"]) * g
            if step % every == 1 % every:
                new = estimated(g, p) if examples is None else examples * g * g
                h[n] = beta2 * h[n] + (1 - beta2) * new
            p = p - options["lr"] * options["weightDecay"] * p
            divisor = np.maximum(options["gamma"] * h[n], options["eps"])
            parameters[n] = p - options["lr"] * np.clip(m[n] / divisor, -1, 1)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def curvature(inputs: dict) -> list[dict]:
    """Sophia with estimates; `examples` makes them from squared gradients."""
    usual = {"lr": 0.1, "beta1": 0.9, "gamma": 1.0, "eps": 0.01, "weightDecay": 0.1}
    cases = []
    for behind, beta2, every, examples, changed in [
        (True, 0.9, 3, None, {}),
        (True, 0.5, 10, None, {"beta1": 0, "gamma": 3.0}),
        (True, 0.99, 4, 20, {"weightDecay": 0}),
        (False, 0.9, 3, None, {}),
        (False, 0.8, 1, 5, {"eps": 1e-12}),
        (False, 0.99, 10, 100, {"gamma": 0.05, "eps": 1e-12}),
    ]:
        options = {**usual, **changed}
        make = sophia_of_optax if behind else sophia_of_paper
        cases.append(
            {
                "source": f"{OPTAX} contrib.sophia" if behind else "algorithm 3 in NumPy",
                "behind": behind,
                "beta2": beta2,
                "every": every,
                "examples": examples,
                "rule": ["sophia", {**options, "biasCorrection": behind}],
                "float64": make(inputs, options, beta2, every, examples),
            }
        )
    return cases


ADAM = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def galore_inputs(shape: tuple[int, int]) -> tuple[dict, list[dict]]:
    """A matrix and a vector, and gradients of 25 steps with well-separated singular values."""
    generator = np.random.Generator(np.random.PCG64(7))
    draw = lambda *size: generator.normal(size=size).astype(np.float32).astype(np.float64)  # noqa: E731
    parameters = {"w": draw(*shape), "b": draw(5)}
    sizes = 2.0 ** -np.arange(min(shape))
    gradients = []
    for _ in range(SAMPLED_STEPS[-1]):
        left, _, right = np.linalg.svd(draw(*shape), full_matrices=False)
        whole = ((left * sizes) @ right).astype(np.float32).astype(np.float64)
        gradients.append({"w": whole, "b": draw(5)})
    return parameters, gradients


def turned_to(basis, old):
    """Singular vectors with the signs of the previous ones, because signs are arbitrary."""
    signs = np.where((basis[:, : old.shape[1]] * old).sum(0) < 0, -1.0, 1.0)
    return basis[:, : old.shape[1]] * signs


def galore_by_optax(parameters, gradients, case, rule) -> dict:
    """Optax with singular vectors in float64 (its own are in float32), with signs as above."""
    linalg = SimpleNamespace(svd=None)
    module = {**vars(jax.numpy), "float32": jax.numpy.float64, "linalg": linalg}
    galore_of_optax.jnp = SimpleNamespace(**module)
    transformation = galore_of_optax.galore(
        case["lr"], case["rank"], case["every"], case["scale"], rule, case["weightDecay"]
    )
    parameters = jax.tree.map(jax.numpy.asarray, parameters)
    state, result = transformation.init(parameters), {}
    for step, given in enumerate(gradients, start=1):
        left, sizes, right = np.linalg.svd(given["w"], full_matrices=False)
        basis = jax.numpy.asarray(turned_to(left, np.asarray(state[0].projector["w"])))
        linalg.svd = lambda *_, basis=basis, **__: (basis, sizes, right)
        updates, state = transformation.update(given, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    galore_of_optax.jnp = jax.numpy
    return result


def galore_by_hand(parameters, gradients, case, rule) -> dict:
    """The paper's projection of the shorter side onto its singular vectors; the rule's steps are Optax'."""
    rows, cols = parameters["w"].shape
    parameters = {n: p.copy() for n, p in parameters.items()}
    low = {"w": np.zeros((min(rows, case["rank"]), cols)), "b": np.zeros(5)}
    if rows > cols:
        low["w"] = np.zeros((rows, min(cols, case["rank"])))
    state, result = rule.init(low), {}
    basis = np.zeros((min(rows, cols), min(rows, cols, case["rank"])))
    for step, given in enumerate(gradients, start=1):
        g = given["w"]
        if (step - 1) % case["every"] == 0:
            left, _, right = np.linalg.svd(g, full_matrices=False)
            basis = turned_to(left if rows <= cols else right.T, basis)
        seen = {"w": basis.T @ g if rows <= cols else g @ basis, "b": given["b"]}
        direction, state = rule.update(seen, state)
        turned = {n: np.asarray(a) for n, a in direction.items()}
        w = basis @ turned["w"] if rows <= cols else turned["w"] @ basis.T
        for n, u in {"w": case["scale"] * w, "b": turned["b"]}.items():
            parameters[n] -= case["lr"] * (u + case["weightDecay"] * parameters[n])
        if step in SAMPLED_STEPS:
            result[str(step)] = sampled(parameters)
    return result


def galore() -> list[dict]:
    """Low-rank steps by Adam, and by SGD with momentum."""
    usual = {"lr": 0.1, "rank": 2, "every": 10, "scale": 1.0, "weightDecay": 0.0}
    cases = []
    for name, shape, changed in [
        ("adam", (6, 6), {}),
        ("adam", (6, 6), {"rank": 3, "every": 4, "scale": 0.25, "weightDecay": 0.1}),
        ("adam", (4, 4), {"rank": 9, "every": 1}),
        ("sgd", (6, 6), {"every": 7, "weightDecay": 0.5}),
        ("adam", (4, 9), {"scale": 0.25, "weightDecay": 0.1}),
        ("adam", (9, 4), {"rank": 3, "every": 6}),
        ("sgd", (7, 3), {"rank": 1, "every": 5, "weightDecay": 0.1}),
    ]:
        case = {**usual, **changed}
        options = {**ADAM} if name == "adam" else {"lr": 0.1, "momentum": 0.9}
        make = optax.scale_by_adam if name == "adam" else optax.trace
        rule = make(**{"b1": 0.9, "b2": 0.999} if name == "adam" else {"decay": 0.9})
        square = shape[0] == shape[1]
        parameters, gradients = galore_inputs(shape)
        run = galore_by_optax if square else galore_by_hand
        result = run(parameters, gradients, case, rule)
        if square:
            other = galore_by_hand(parameters, gradients, case, rule)
            for step, found in result.items():
                for n, values in found.items():
                    np.testing.assert_allclose(values, other[step][n], rtol=0, atol=1e-11)
        del case["lr"]
        cases.append(
            {
                "source": f"{OPTAX} contrib.galore around NumPy's singular vectors"
                if square
                else f"the paper's algorithm 2 in NumPy around {OPTAX}",
                "rule": [name, options],
                "options": case,
                "shape": shape,
                "start": sampled(parameters),
                "gradients": [sampled(each) for each in gradients],
                "float64": result,
            }
        )
    return cases


def loss_scale(options: dict, steps: str) -> dict:
    """The scale after each step; x marks those whose gradient is infinite."""
    scaler = torch.amp.GradScaler(
        "cpu",
        init_scale=options["initial"],
        growth_factor=options["growthFactor"],
        backoff_factor=options["backoffFactor"],
        growth_interval=options["growthInterval"],
    )
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.0)
    scales = []
    for step in steps:
        scaler.scale(torch.zeros(1))
        parameter.grad = torch.full((1,), float("inf") if step == "x" else 0.0)
        scaler.step(optimizer)
        scaler.update()
        scales.append(float(scaler.get_scale()))
    source = f"{TORCH} torch.amp.GradScaler"
    return {"source": source, "options": options, "steps": steps, "scales": scales}


def make_wrappers(inputs: dict) -> dict:
    """The file's content."""
    odd = {"initial": 8.0, "growthFactor": 3.0, "backoffFactor": 0.25, "growthInterval": 2}
    usual = {"initial": 2.0**16, "growthFactor": 2.0, "backoffFactor": 0.5, "growthInterval": 3}
    large = {**usual, "initial": 2.0**126, "growthInterval": 1}
    return {
        "accumulate": accumulate(inputs),
        "summed": summed(inputs),
        "skipping": skipping(inputs),
        "absent": absent(inputs),
        "layers": layers(inputs),
        "conditional": conditional(inputs),
        "privatize": [privatize(inputs)],
        "sam": [sam(inputs, rho) for rho in (0.05, 0.5)],
        "curvature": curvature(inputs),
        "galore": galore(),
        "lossScale": [
            loss_scale(odd, "....x.x..xx...."),
            loss_scale(usual, ".......xx...x....xxxxxxx......"),
            loss_scale(large, "....x.."),
        ],
    }
