"""More references around steps: absent gradients, and skipped steps."""

from functools import partial

import jax
import numpy as np
import optax
import torch

from sources import OPTAX, SAMPLED_STEPS, TORCH, numbers, shaped
from torch_source import clip_by_global_norm


def is_absent(name: str, step: int) -> bool:
    """`w` at every third step, `b` at the first and at every fourth."""
    return step % 3 == 0 if name == "w" else step % 4 == 1


def without(inputs: dict, kind, arguments: dict, clip: float | None) -> dict:
    """PyTorch with some gradients of None."""
    torch.set_default_dtype(torch.float64)  # the type of an optimizer's scalars
    named = {
        n: torch.nn.Parameter(torch.from_numpy(np.array(a)))
        for n, a in shaped(inputs["parameters"], "float64").items()
    }
    optimizer = kind(named.values(), foreach=False, **arguments)
    result = {}
    for step, given in enumerate(inputs["gradients"], start=1):
        for name, gradient in shaped(given, "float64").items():
            absent = is_absent(name, step)
            named[name].grad = None if absent else torch.from_numpy(np.array(gradient))
        there = [p for p in named.values() if p.grad is not None]
        if clip is not None and there:
            clip_by_global_norm(there, {"maxNorm": clip, "eps": 1e-6})
        optimizer.step()
        if step in SAMPLED_STEPS:
            result[str(step)] = {n: numbers(p.detach().numpy()) for n, p in named.items()}
    torch.set_default_dtype(torch.float32)
    return result


def absent(inputs: dict) -> list[dict]:
    """Optimizers that count the steps of each parameter separately."""
    betas = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    torch_betas = {"lr": 0.1, "betas": (0.9, 0.999), "eps": 1e-8}
    cases = []
    for kind, arguments, clip, name, options in [
        (torch.optim.Adam, torch_betas, None, "adam", {"lr": 0.1, **betas}),
        (torch.optim.NAdam, {**torch_betas, "momentum_decay": 0.004}, None, "nadam",
         {"lr": 0.1, **betas, "momentumDecay": 0.004}),
        (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}, 3, "sgd", {"lr": 0.02, "momentum": 0.9}),
    ]:  # fmt: skip
        cases.append(
            {
                "source": f"{TORCH} torch.optim.{kind.__name__}, some gradients None",
                "absent": [[n for n in ("w", "b") if is_absent(n, t)] for t in range(1, 26)],
                **({} if clip is None else {"clip": clip}),
                "rule": [name, options],
                "float64": without(inputs, kind, arguments, clip),
            }
        )
    return cases


def of_optax(inputs: dict, transformation, gradients: list) -> dict[str, dict]:
    """Optax with these gradients; all parameters after each step."""
    parameters = jax.tree.map(jax.numpy.asarray, shaped(inputs["parameters"], "float64"))
    state, result = transformation.init(parameters), {}
    for step, given in enumerate(gradients, start=1):
        updates, state = transformation.update(shaped(given, "float64"), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        result[str(step)] = {n: numbers(a) for n, a in parameters.items()}
    return result


def summed(inputs: dict) -> list[dict]:
    """MultiSteps with sums, with a changing number of micro-steps, and without large ones."""
    adam = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    cases = []
    for counts, reduction, largest, name, options in [
        ([3], "sum", None, "sgd", {"lr": 0.02, "momentum": 0.9}),
        ([1, 2, 4, 3, 5], "mean", None, "adam", adam),
        ([4, 2, 1], "sum", None, "sgd", {"lr": 0.02, "momentum": 0.9}),
        ([3], "mean", 10, "adam", adam),
        ([2], "sum", 8, "sgd", {"lr": 0.02, "momentum": 0.9}),
    ]:
        rule = optax.adam(*options.values()) if name == "adam" else optax.sgd(*options.values())
        skip = partial(optax.skip_large_updates, max_squared_norm=largest**2) if largest else None
        steps = jax.numpy.array(counts, dtype=np.int32)
        wrapped = optax.MultiSteps(
            rule,
            lambda update, steps=steps: steps[update % steps.size],
            use_grad_mean=reduction == "mean",
            should_skip_update_fn=skip,
            accumulator_dtype=np.float64,
        )
        every = of_optax(inputs, wrapped.gradient_transformation(), inputs["gradients"])
        options_of = {"reduction": reduction, **({"skipAbove": largest} if largest else {})}
        cases.append(
            {
                "source": f"{OPTAX} MultiSteps, every_k_schedule"
                + (", skip_large_updates" if largest else ""),
                "counts": counts,
                "options": options_of,
                "rule": [name, options],
                "float64": {str(step): every[str(step)] for step in SAMPLED_STEPS},
            }
        )
    return cases


def skipping(inputs: dict) -> list[dict]:
    """apply_if_finite; x marks the steps whose gradients are infinite."""
    cases = []
    for limit, steps in [(2, "..x.xx..xx.xxx.."), (0, "....x..."), (3, "xxx.xxx.xxxx")]:
        gradients = [
            {n: np.full_like(a, np.inf) if mark == "x" else a for n, a in given.items()}
            for mark, given in zip(steps, inputs["gradients"])
        ]
        transformation = optax.apply_if_finite(optax.sgd(0.02, 0.9), limit)
        every = of_optax(inputs, transformation, gradients)
        finite = [np.isfinite(every[str(t + 1)]["w"]).all() for t in range(len(steps))]
        given_up = finite.index(False) + 1
        cases.append(
            {
                "source": f"{OPTAX} apply_if_finite",
                "limit": limit,
                "steps": steps,
                "givenUp": given_up,
                "rule": ["sgd", {"lr": 0.02, "momentum": 0.9}],
                "float64": {str(t): every[str(t)] for t in range(1, given_up)},
            }
        )
    return cases


def layers(inputs: dict) -> list[dict]:
    """Five examples for each update, without noise; each tensor is clipped separately."""
    examples, clip, cases = 5, 3.0, []
    given = [shaped(gradients, "float64") for gradients in inputs["gradients"]]
    for uniform, clipping in [(True, "perLayer"), (False, "perLayerBySize")]:
        means = []
        for first in range(0, len(given), examples):
            batch = jax.tree.map(lambda *each: np.stack(each), *given[first : first + examples])
            flat, structure = jax.tree.flatten(batch)
            sums, _ = optax.per_example_layer_norm_clip(flat, clip, uniform)
            means.append(jax.tree.unflatten(structure, [total / examples for total in sums]))
        cases.append(
            {
                "source": f"{OPTAX} per_example_layer_norm_clip, then sgd",
                "examples": examples,
                "clip": clip,
                "clipping": clipping,
                "rule": ["sgd", {"lr": 0.02, "momentum": 0.9}],
                "float64": of_optax(inputs, optax.sgd(0.02, 0.9), means),
            }
        )
    return cases


def conditional(inputs: dict) -> list[dict]:
    """conditionally_transform and conditionally_mask, with steps from 1 as in `on`."""
    adam = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    momentum = {"lr": 0.02, "momentum": 0.9}
    clip = {"maxNorm": 3, "eps": 0}
    first, some, late = list(range(1, 11)), [1, 2, 4, 7, 8, 9, 13, 20, 25], list(range(4, 26))
    transform, mask = optax.conditionally_transform, optax.conditionally_mask
    by_adam = optax.scale_by_adam(0.9, 0.999, 1e-8)
    rate = optax.scale(-0.1)
    cases = []
    for around, on, conditioned, chain, make in [
        (transform, first, 0, [["clipByGlobalNorm", clip], ["adam", adam]],
         lambda w: optax.chain(w(optax.clip_by_global_norm(3)), by_adam, rate)),
        (transform, some, 0, [["adam", adam]], lambda w: optax.chain(w(by_adam), rate)),
        (transform, late, 1, [["adam", adam], ["trustRatio", {}]],
         lambda w: optax.chain(by_adam, w(optax.scale_by_trust_ratio()), rate)),
        (mask, some, 0, [["adam", adam]], lambda w: w(optax.adam(0.1))),
        (mask, some, 0, [["sgd", momentum]], lambda w: w(optax.sgd(0.02, 0.9))),
        (mask, late, 0, [["clipByGlobalNorm", clip], ["sgd", momentum]],
         lambda w: optax.chain(w(optax.clip_by_global_norm(3)), optax.sgd(0.02, 0.9))),
    ]:  # fmt: skip
        steps = jax.numpy.array(on)
        wrap = lambda inner, a=around, s=steps: a(inner, lambda t: (t + 1 == s).any())  # noqa: E731
        every = of_optax(inputs, make(wrap), inputs["gradients"])
        cases.append(
            {
                "source": f"{OPTAX} {around.__name__}",
                "on": on,
                "otherwise": "pass" if around is transform else "zero",
                "conditioned": conditioned,
                "chain": chain,
                "float64": {str(step): every[str(step)] for step in SAMPLED_STEPS},
            }
        )
    return cases
