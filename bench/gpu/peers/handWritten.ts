/** Adam as a carefully handwritten shader: one dispatch for each tensor, four elements for each invocation. */
import { requestDevice } from "../../../src/webgpu/index.ts";
import { lengthOf } from "../../peers/arrays.ts";
import type { PeerSource, UpdateContestant, UpdateProblem, Ways } from "../../peers/peer.ts";
import { comparingParts, makeBuffer, type Part, timedOn, usage, writeTiles } from "../arrays.ts";
import { openDevice } from "../device.ts";

const workgroup = 256;

const shader = `
struct Step { rate: f32, scale: f32, beta1: f32, beta2: f32, eps: f32 }
@group(0) @binding(0) var<storage, read_write> p: array<vec4f>;
@group(0) @binding(1) var<storage, read> g: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(4) var<uniform> step: Step;

@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${workgroup}u + lane;
  if (i >= arrayLength(&p)) { return; }
  let gradient = g[i];
  let mean = step.beta1 * m[i] + (1 - step.beta1) * gradient;
  let square = step.beta2 * v[i] + (1 - step.beta2) * gradient * gradient;
  m[i] = mean;
  v[i] = square;
  p[i] -= step.rate * mean / (sqrt(square * step.scale) + step.eps);
}`;

interface Tensor {
  readonly p: Part;
  readonly g: Part;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

function tensorOf(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  settings: GPUBuffer,
  length: number,
): Tensor {
  const padded = Math.ceil(length / 4) * 4;
  const [p, g, m, v] = Array.from({ length: 4 }, () => makeBuffer(device, padded));
  const entries = [p, g, m, v, settings].map((buffer, binding) => ({
    binding,
    resource: { buffer: buffer! },
  }));
  const groups = Math.ceil(padded / (4 * workgroup));
  const x = Math.min(groups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    p: { buffer: p!, offset: 0, length },
    g: { buffer: g!, offset: 0, length },
    bindGroup: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }),
    x,
    y: Math.ceil(groups / x),
  };
}

async function contestant(
  device: GPUDevice,
  name: string,
  problem: UpdateProblem,
): Promise<UpdateContestant> {
  const { hyper, shapes } = problem;
  const module = device.createShaderModule({ code: shader });
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module },
  });
  const settings = device.createBuffer({ size: 32, usage: usage.uniform | usage.copyTarget });
  const tensors = shapes.map((shape) => tensorOf(device, pipeline, settings, lengthOf(shape)));
  const parameters = tensors.map(({ p }) => p);
  writeTiles(device, parameters, problem.start);
  let t = 0;
  const step = () => {
    t += 1;
    const { lr, beta1, beta2, eps } = hyper;
    const rate = lr / (1 - beta1 ** t);
    const scale = 1 / (1 - beta2 ** t);
    device.queue.writeBuffer(settings, 0, new Float32Array([rate, scale, beta1, beta2, eps]));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (const { bindGroup, x, y } of tensors) {
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const gradients = tensors.map(({ g }) => g);
  return {
    name,
    run: timedOn(device, step),
    setGradients: (tile) => writeTiles(device, gradients, tile),
    ...comparingParts(device, parameters),
  };
}

function updates(device: GPUDevice, problem: UpdateProblem): Ways<UpdateContestant> {
  const name = "hand-written WGSL";
  return problem.rule === "adam" ? { [name]: () => contestant(device, name, problem) } : {};
}

export const handWritten: PeerSource = {
  ...{ name: "hand-written WGSL", library: "hand-written WGSL", threads: 1 },
  load: async () => {
    const device = await openDevice({ requestDevice });
    return { version: "in bench/gpu", updates: (problem) => updates(device, problem) };
  },
};
