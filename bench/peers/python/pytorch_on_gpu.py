"""PyTorch's Adam, the realistic step and a matrix product, on a GPU of CUDA."""

import numpy as np
import torch
from serving import Problem, serve, tensors
from torch import nn

if not torch.cuda.is_available():
    raise SystemExit("PyTorch finds no GPU of CUDA")

WAYS = {"foreach": {"foreach": True}, "fused": {"fused": True}}


class Update:
    """Adam on given gradients."""

    def __init__(self, request):
        self.problem = problem = Problem(request)
        self.parameters = [each.requires_grad_() for each in self.on_gpu(problem.start)]
        self.optimizer = self.make(problem.hyper, WAYS[problem.way])

    def on_gpu(self, tile):
        return [torch.from_numpy(each).cuda() for each in tensors(tile, self.problem.shapes)]

    def make(self, hyper, way):
        betas = (hyper["beta1"], hyper["beta2"])
        return torch.optim.Adam(
            self.parameters, lr=hyper["lr"], betas=betas, eps=hyper["eps"], **way
        )

    def set_gradients(self, tile):
        for parameter, each in zip(self.parameters, self.on_gpu(tile)):
            parameter.grad = each

    def arrays(self):
        return [parameter.detach().cpu().numpy() for parameter in self.parameters]

    def step(self):
        self.optimizer.step()

    def finish(self):
        torch.cuda.synchronize()


class Realistic(Update):
    """Gradients arrive, clipping by global norm, fused AdamW, an average, gradients to zero or none."""

    def __init__(self, request):
        self.to_none = request["way"] == "none"
        super().__init__({**request, "way": "fused"})
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        self.source = []

    def make(self, hyper, way):
        return torch.optim.AdamW(
            self.parameters,
            lr=hyper["lr"],
            betas=(hyper["beta1"], hyper["beta2"]),
            eps=hyper["eps"],
            weight_decay=hyper["weightDecay"],
            **way,
        )

    def set_gradients(self, tile):
        self.source = self.on_gpu(tile)
        self.optimizer.zero_grad()

    def receive(self):
        for parameter, source in zip(self.parameters, self.source):
            if parameter.grad is None:
                parameter.grad = source.clone()
            else:
                parameter.grad.copy_(source)

    def step(self):
        hyper = self.problem.hyper
        self.receive()
        nn.utils.clip_grad_norm_(self.parameters, hyper["maxNorm"], foreach=True)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - hyper["decay"])
        self.optimizer.zero_grad(set_to_none=self.to_none)


class Product:
    """A matrix product into an existing matrix, in float32 throughout: PyTorch's default has no TF32."""

    def __init__(self, request):
        size = request["size"]
        read = lambda each: torch.from_numpy(np.fromfile(request[each], np.float32))
        self.a, self.b = (read(each).reshape(size, size).cuda() for each in ("a", "b"))
        self.c = torch.empty_like(self.a)

    def step(self):
        torch.mm(self.a, self.b, out=self.c)

    def arrays(self):
        return [self.c.cpu().numpy()]

    def finish(self):
        torch.cuda.synchronize()


version = f"{torch.__version__}, {torch.cuda.get_device_name()}"
serve({"update": Update, "realistic": Realistic, "product": Product}, version)
