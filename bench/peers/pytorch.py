"""Answers the benchmark's requests with PyTorch: a JSON object a line in, one a line out.

Arrays travel through files of little-endian float32 (labels: uint8). Each request is answered
with its result, or with {"error": ...}.
"""

import json
import sys
import time

import torch
from torch import nn

ways = {
    "single": {"foreach": False, "fused": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
}


def load(path, length, dtype=torch.float32):
    return torch.from_file(path, size=length, dtype=dtype).clone()


def adam(parameters, hyper, way):
    betas = (hyper["beta1"], hyper["beta2"])
    return torch.optim.Adam(parameters, lr=hyper["lr"], betas=betas, eps=hyper["eps"], **ways[way])


class Update:
    """Adam on given gradients."""

    def __init__(self, request):
        arrays = zip(request["parameters"], request["lengths"])
        self.parameters = [load(path, length).requires_grad_() for path, length in arrays]
        self.optimizer = adam(self.parameters, request["hyper"], request["way"])

    def set_gradients(self, paths):
        for parameter, path in zip(self.parameters, paths):
            parameter.grad = load(path, parameter.numel())

    def write(self, paths):
        for parameter, path in zip(self.parameters, paths):
            target = torch.from_file(path, shared=True, size=parameter.numel(), dtype=torch.float32)
            target.copy_(parameter.detach())

    def step(self):
        self.optimizer.step()


class Training:
    """A network of fully connected layers, trained on batches in turn."""

    def __init__(self, request):
        self.sizes, batch = request["sizes"], request["batch"]
        layers = []
        for index, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:])):
            layer = nn.Linear(inputs, outputs)
            weight = load(request["weights"][index], inputs * outputs).reshape(inputs, outputs)
            with torch.no_grad():
                layer.weight.copy_(weight.T)
                layer.bias.copy_(load(request["biases"][index], outputs))
            layers += [layer, nn.ReLU()]
        self.network = nn.Sequential(*layers[:-1])
        self.batches = [
            (
                load(each["inputs"], batch * self.sizes[0]).reshape(batch, -1),
                load(each["labels"], batch, torch.uint8).long(),
            )
            for each in request["batches"]
        ]
        self.optimizer = adam(self.network.parameters(), request["hyper"], request["way"])
        self.taken = 0
        self.loss = float("nan")

    def step(self):
        inputs, labels = self.batches[self.taken % len(self.batches)]
        self.taken += 1
        loss = nn.functional.cross_entropy(self.network(inputs), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.loss = loss.item()


contestants = {}


def answer(request):
    kind = request["kind"]
    if kind == "version":
        return {"version": torch.__version__, "threads": torch.get_num_threads()}
    if kind in ("update", "training"):
        make = {"update": Update, "training": Training}[kind]
        contestants[request["name"]] = make(request)
        return {}
    contestant = contestants[request["name"]]
    if kind == "run":
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(request["count"]):
            contestant.step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {"wall": 1e3 * wall, "cpu": 1e3 * cpu}
    if kind == "loss":
        return {"loss": contestant.loss}
    if kind == "gradients":
        contestant.set_gradients(request["paths"])
        return {}
    if kind == "write":
        contestant.write(request["paths"])
        return {}
    raise ValueError(f"unknown request {kind}")


def main():
    torch.set_num_threads(int(sys.argv[1]))
    for line in sys.stdin:
        try:
            response = answer(json.loads(line))
        except Exception as error:
            response = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(response), flush=True)


main()
