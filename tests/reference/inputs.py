"""The parameters and gradients that every trajectory starts from."""

import numpy as np

SEED = 1557  # no parameter gets so close to zero that rounding would fail a test to 1e-12
SHAPES = {"w": [3, 4], "b": [5]}
STEPS = 25
SMALLEST, LARGEST = -4.0, 1.0  # decimal exponents of the gradients' magnitudes

ZERO_STEP = 7  # every gradient of this step is exactly zero
LATE_TENSOR, LATE_ELEMENT, LATE_STEP = "w", 5, 12  # exactly zero up to and including this step


def signed(generator: np.random.Generator, magnitudes: np.ndarray) -> np.ndarray:
    """Random signs, rounded to float32 so that one set of numbers serves both types."""
    signs = generator.choice([-1.0, 1.0], size=magnitudes.shape)
    return (signs * magnitudes).astype(np.float32).astype(np.float64)


def make_parameters(generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Initial values between 0.5 and 2, of both signs."""
    return {
        name: signed(generator, generator.uniform(0.5, 2.0, size=int(np.prod(shape))))
        for name, shape in SHAPES.items()
    }


def make_gradients(generator: np.random.Generator, step: int) -> dict[str, np.ndarray]:
    """The gradients of one step (from 1); the magnitude of each element is drawn separately."""
    gradients = {}
    for name, shape in SHAPES.items():
        exponents = generator.uniform(SMALLEST, LARGEST, size=int(np.prod(shape)))
        gradients[name] = signed(generator, 10.0**exponents)
        if step == ZERO_STEP:
            gradients[name] = np.zeros_like(gradients[name])
    if step <= LATE_STEP:
        gradients[LATE_TENSOR][LATE_ELEMENT] = 0.0
    return gradients


def make_inputs() -> dict:
    """Shapes, initial parameters and the gradients of steps 1 to 25; tensors are row-major."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    parameters = make_parameters(generator)
    gradients = [make_gradients(generator, step) for step in range(1, STEPS + 1)]
    check(gradients)
    return {"shapes": SHAPES, "parameters": parameters, "gradients": gradients}


def check(gradients: list[dict[str, np.ndarray]]) -> None:
    """Fail if the gradients do not have the promised properties."""
    values = np.concatenate([g for step in gradients for g in step.values()])
    magnitudes = np.abs(values[values != 0])
    if magnitudes.max() / magnitudes.min() < 0.9 * 10 ** (LARGEST - SMALLEST):
        raise AssertionError("the gradients do not spread over five orders of magnitude")
    if gradients[LATE_STEP][LATE_TENSOR][LATE_ELEMENT] == 0:
        raise AssertionError("the late element stays zero")


def perturbed(tensors: dict[str, np.ndarray], generator: np.random.Generator) -> dict:
    """Each number changed by one or two units in its last float64 place, up or down."""
    return {
        name: values * (1 + 2.0**-51 * generator.choice([-1, 1], size=np.shape(values)))
        for name, values in tensors.items()
    }


def as_json(inputs: dict) -> dict:
    """The inputs with lists instead of arrays."""
    return {
        "shapes": inputs["shapes"],
        "parameters": {name: values.tolist() for name, values in inputs["parameters"].items()},
        "gradients": [
            {name: values.tolist() for name, values in step.items()} for step in inputs["gradients"]
        ],
    }
