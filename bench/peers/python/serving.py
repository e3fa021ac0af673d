"""Answers the benchmark's requests: one JSON object in each line, in and out.

Arrays travel through files of little-endian numbers. Each request is answered with its result, or
with {"error": ...}. The serving module defines the contestants.
"""

import gc
import json
import sys
import time

import numpy as np


def tiled(tile, length, offset=0):
    """`length` elements of the repeated tile, from `offset` on."""
    return np.resize(np.roll(tile, -(offset % len(tile))), length)


def tensors(tile, shapes):
    """An array of each shape: the tile is repeated over all of them, as if they were one array."""
    offset = 0
    for shape in shapes:
        length = int(np.prod(shape))
        yield tiled(tile, length, offset).reshape(shape)
        offset += length


class Problem:
    """An UpdateProblem, as in `peer.ts`."""

    def __init__(self, request):
        self.rule, self.way, self.shapes = request["rule"], request["way"], request["shapes"]
        self.hyper = request["hyper"]
        self.type = np.dtype(request["type"])
        self.start = np.fromfile(request["start"], self.type)


def distance(arrays, tile):
    """The largest distance of the arrays from the repeated tile, tile by tile; NaN is kept."""
    offset, largest = 0, 0.0
    for array in arrays:
        flat = array.reshape(-1)
        at = 0
        while at < flat.size:
            count = min(tile.size - offset, flat.size - at)
            part = np.abs(flat[at : at + count] - tile[offset : offset + count]).max()
            largest = part if not part <= largest else largest
            at += count
            offset = (offset + count) % tile.size
    return float(largest)


def sample(arrays, count):
    flat = np.concatenate([array.reshape(-1) for array in arrays])
    positions = np.arange(count, dtype=np.int64) * flat.size // count
    return [float(value) for value in flat[positions]]


def run(contestant, count):
    """Times steps. An untimed preparation may come before each; at the end it waits for the device."""
    prepare = getattr(contestant, "prepare", None)
    finish = getattr(contestant, "finish", lambda: None)
    if prepare is None:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            contestant.step()
        finish()
        return time.perf_counter() - wall, time.process_time() - cpu
    walls = cpus = 0.0
    for _ in range(count):
        prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        contestant.step()
        walls += time.perf_counter() - wall
        cpus += time.process_time() - cpu
    return walls, cpus


def answer(request, contestants, kinds, version):
    kind = request["kind"]
    if kind == "version":
        return {"version": version}
    if kind == "clear":
        contestants.clear()
        gc.collect()
        return {}
    name = request["name"]
    if kind == "make":
        contestants[name] = kinds[request["what"]](request)
        return {}
    contestant = contestants[name]
    if kind == "run":
        wall, cpu = run(contestant, request["count"])
        return {"wall": 1e3 * wall, "cpu": 1e3 * cpu}
    if kind == "loss":
        return {"loss": contestant.loss}
    if kind == "gradients":
        contestant.set_gradients(np.fromfile(request["path"], contestant.problem.type))
        return {}
    if kind == "distance":
        return {"distance": distance(contestant.arrays(), np.fromfile(request["path"], np.float64))}
    if kind == "sample":
        return {"sample": sample(contestant.arrays(), request["count"])}
    raise ValueError(f"unknown request {kind}")


def serve(kinds, version):
    contestants = {}
    for line in sys.stdin:
        try:
            response = answer(json.loads(line), contestants, kinds, version)
        except Exception as error:
            response = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        try:
            print(json.dumps(response), flush=True)
        except BrokenPipeError:
            # The parent does not wait for the answer any more.
            return
