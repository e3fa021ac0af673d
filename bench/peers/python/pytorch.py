"""PyTorch's optimizers, its training steps and its matrix product, on the requested number of threads."""

import sys

import numpy as np
import torch
from serving import Problem, serve, tensors
from torch import nn

torch.set_num_threads(int(sys.argv[1]))

WAYS = {
    "single": {"foreach": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
    "only": {},
}


def from_file(path, dtype=np.float32):
    return torch.from_numpy(np.fromfile(path, dtype))


def adam(parameters, hyper, way):
    betas = (hyper["beta1"], hyper["beta2"])
    return torch.optim.Adam(parameters, lr=hyper["lr"], betas=betas, eps=hyper["eps"], **way)


def adamw(parameters, hyper, way):
    return torch.optim.AdamW(
        parameters,
        lr=hyper["lr"],
        betas=(hyper["beta1"], hyper["beta2"]),
        eps=hyper["eps"],
        weight_decay=hyper["weightDecay"],
        **way,
    )


# On a processor without bfloat16 products, a step takes seconds at 512 x 512.
MOST_OF_SLOW_MUON = 512**2


def multiplies_bfloat16():
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(each) for each in ("avx512_bf16", "amx_bf16", "bf16", "arm_bf16"))


def muon(parameters, hyper, _):
    if parameters[0].numel() > MOST_OF_SLOW_MUON and not multiplies_bfloat16():
        raise ValueError("takes part at 2048 x 2048 where the processor multiplies bfloat16")
    return torch.optim.Muon(
        parameters, lr=hyper["lr"], momentum=hyper["momentum"], nesterov=False, weight_decay=0
    )


OPTIMIZERS = {
    "adam": adam,
    "adamw": adamw,
    "realistic": adamw,
    "sgd": lambda p, o, way: torch.optim.SGD(p, lr=o["lr"], **way),
    "momentum": lambda p, o, way: torch.optim.SGD(p, lr=o["lr"], momentum=o["momentum"], **way),
    "adafactor": lambda p, o, way: torch.optim.Adafactor(p, lr=o["lr"], eps=(1e-30, 1e-3), **way),
    "muon": muon,
}


class Update:
    """An optimizer on given gradients."""

    def __init__(self, request):
        self.problem = problem = Problem(request)
        self.parameters = [
            torch.from_numpy(each).requires_grad_()
            for each in tensors(problem.start, problem.shapes)
        ]
        way = WAYS[problem.way]
        self.optimizer = OPTIMIZERS[problem.rule](self.parameters, problem.hyper, way)

    def set_gradients(self, tile):
        for parameter, each in zip(self.parameters, tensors(tile, self.problem.shapes)):
            parameter.grad = torch.from_numpy(each)

    def arrays(self):
        return [parameter.detach().numpy() for parameter in self.parameters]

    def step(self):
        self.optimizer.step()


class Realistic(Update):
    """Clipping by global norm, fused AdamW, an average of the parameters, gradients to zero or none."""

    def __init__(self, request):
        self.to_none = request["way"] == "none"
        super().__init__({**request, "way": "fused"})
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        self.source = []

    def set_gradients(self, tile):
        super().set_gradients(tile)
        self.source = [parameter.grad.clone() for parameter in self.parameters]

    def prepare(self):
        for parameter, source in zip(self.parameters, self.source):
            if parameter.grad is None:
                parameter.grad = source.clone()
            else:
                parameter.grad.copy_(source)

    def step(self):
        hyper = self.problem.hyper
        nn.utils.clip_grad_norm_(self.parameters, hyper["maxNorm"], foreach=True)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - hyper["decay"])
        self.optimizer.zero_grad(set_to_none=self.to_none)


def dense(request, weights):
    """Fully connected layers with ReLU between them; weights come as [inputs, outputs]."""
    layers = []
    for weight, bias in zip(weights, request["biases"]):
        layer = nn.Linear(*weight.shape)
        with torch.no_grad():
            layer.weight.copy_(weight.T)
            layer.bias.copy_(from_file(bias))
        layers += [layer, nn.ReLU()]
    return layers[:-1]


def dense_weights(request):
    sizes = request["sizes"]
    shapes = zip(sizes, sizes[1:])
    return [from_file(path).reshape(shape) for path, shape in zip(request["weights"], shapes)]


class Training:
    """A network of fully connected layers, trained on batches in turn."""

    def __init__(self, request):
        self.network = self.build(request)
        self.batches = [
            (self.inputs(from_file(inputs), request), from_file(labels, np.uint8).long())
            for inputs, labels in zip(request["inputs"], request["labels"])
        ]
        way = WAYS[self.optimizer_way(request)]
        self.optimizer = adam(self.network.parameters(), request["hyper"], way)
        self.taken = 0
        self.loss = float("nan")

    def build(self, request):
        return nn.Sequential(*dense(request, dense_weights(request)))

    def inputs(self, array, request):
        return array.reshape(request["batch"], -1)

    def optimizer_way(self, request):
        return request["way"]

    def step(self):
        inputs, labels = self.batches[self.taken % len(self.batches)]
        self.taken += 1
        loss = nn.functional.cross_entropy(self.network(inputs), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.loss = loss.item()


class Convolution(Training):
    """Stages of convolution, ReLU and max pooling, then fully connected layers; fused Adam.

    Images and filters come with channels last; the way is the memory format. Both formats flatten
    with channels first, so the rows of the next weights are brought into that order.
    """

    def build(self, request):
        layers = []
        for index, stage in enumerate(request["stages"]):
            count, rows, columns, channels = shape = stage["shape"]
            layer = nn.Conv2d(channels, count, (rows, columns), padding=request["padding"])
            filters = from_file(request["filters"][index]).reshape(shape)
            with torch.no_grad():
                layer.weight.copy_(filters.permute(0, 3, 1, 2))
                layer.bias.copy_(from_file(request["filterBiases"][index]))
            layers += [layer, nn.ReLU(), nn.MaxPool2d(request["window"], request["stride"])]
        first, *others = dense_weights(request)
        left = request["stages"][-1]["output"]
        first = first.reshape(*left, -1).permute(2, 0, 1, 3).reshape(first.shape)
        layers += [nn.Flatten(), *dense(request, [first, *others])]
        return nn.Sequential(*layers).to(memory_format=self.memory_format(request))

    def inputs(self, array, request):
        images = array.reshape(request["batch"], *request["image"]).permute(0, 3, 1, 2)
        return images.contiguous(memory_format=self.memory_format(request))

    def memory_format(self, request):
        contiguous = request["way"] == "contiguous"
        return torch.contiguous_format if contiguous else torch.channels_last

    def optimizer_way(self, request):
        return "fused"


class Product:
    """A matrix product into an existing matrix."""

    def __init__(self, request):
        size = request["size"]
        self.a, self.b = (from_file(request[each]).reshape(size, size) for each in ("a", "b"))
        self.c = torch.empty(size, size)

    def step(self):
        torch.mm(self.a, self.b, out=self.c)

    def arrays(self):
        return [self.c.numpy()]


serve(
    {
        "update": Update,
        "realistic": Realistic,
        "training": Training,
        "convolution": Convolution,
        "product": Product,
    },
    torch.__version__,
)
