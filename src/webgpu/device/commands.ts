/** The commands of a step: dispatches with all that they need, prepared when an optimizer is bound. */
import type { Access } from "./device.ts";
import { bindGroupLayout, compile, pipelineOf } from "./device.ts";

/** The bindings of a dispatch to buffers that change at each step. */
export interface Moving {
  /** The parameters whose gradients they are. */
  readonly names: readonly string[];
  /** The bind group for gradients in these buffers. */
  at(buffers: readonly GPUBuffer[]): GPUBindGroup;
}

export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** Set if its gradients are in other buffers at each step. */
  readonly moving?: Moving;
  readonly x: number;
  readonly y: number;
}

/** A dispatch, before its shader is compiled and its buffers are made. */
export interface Dispatch {
  readonly code: string;
  readonly access: Access;
  readonly workgroups: number;
  /** Called after all buffers are made. */
  readonly resources: () => Readonly<Record<number, GPUBindingResource>>;
  /** Set if its gradients are in other buffers at each step. */
  readonly moving?: ((device: GPUDevice, dispatch: Dispatch) => Moving) | undefined;
}

/** Arranges workgroups in a grid, because devices limit each of its sides. */
export function grid(workgroups: number, { limits }: GPUDevice): { x: number; y: number } {
  const most = limits.maxComputeWorkgroupsPerDimension;
  const x = Math.min(workgroups, most);
  return { x, y: Math.ceil(workgroups / Math.max(1, x)) };
}

export function bindGroupOf(
  device: GPUDevice,
  access: Access,
  resources: Readonly<Record<number, GPUBindingResource>>,
): GPUBindGroup {
  const entries = Object.entries(resources).map(([binding, resource]) => ({
    binding: Number(binding),
    resource,
  }));
  return device.createBindGroup({ layout: bindGroupLayout(device, access), entries });
}

/** Compiles shaders in parallel, before dispatches are prepared. */
export async function compileAll(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
): Promise<void> {
  await Promise.all(dispatches.map(({ code, access }) => compile(device, code, access)));
}

export function prepare(device: GPUDevice, dispatch: Dispatch): Command {
  const { code, access, workgroups, resources } = dispatch;
  const pipeline = pipelineOf(device, code, access);
  const bindGroup = bindGroupOf(device, access, resources());
  const command = { pipeline, bindGroup, ...grid(workgroups, device) };
  return dispatch.moving ? { ...command, moving: dispatch.moving(device, dispatch) } : command;
}

export function record(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  let current: GPUComputePipeline | undefined;
  for (const { pipeline, bindGroup, x, y } of commands.filter(({ x }) => x > 0)) {
    // Adjacent dispatches of the same shader set the pipeline once.
    if (pipeline !== current) {
      pass.setPipeline(pipeline);
      current = pipeline;
    }
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y);
  }
}
