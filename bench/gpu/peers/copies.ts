/** The floor: copies that read and write as many bytes as Adam does, 28 an element, by a command and by a shader. */
import { requestDevice } from "../../../src/webgpu/index.ts";
import type { Make, PeerSource, UpdateContestant, UpdateProblem } from "../../peers/peer.ts";
import { makeBuffer, timedOn } from "../arrays.ts";
import { openDevice } from "../device.ts";

const workgroup = 256;

const shader = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4f>;

@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${workgroup}u + lane;
  if (i < arrayLength(&copy)) { copy[i] = source[i]; }
}`;

interface Pair {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
}

/** Of each element 14 bytes are copied: of three arrays all, of a fourth half. */
function pairsOf(device: GPUDevice, { elements }: UpdateProblem): Pair[] {
  const whole = Math.ceil(elements / 4) * 4;
  const half = Math.ceil(elements / 8) * 4;
  return [whole, whole, whole, half].map((length) => ({
    from: makeBuffer(device, length),
    to: makeBuffer(device, length),
  }));
}

const moving = (name: string, run: UpdateContestant["run"]): UpdateContestant => ({
  ...{ name, run, setGradients: () => {}, distance: () => 0, sample: () => [] },
});

function byCommand(device: GPUDevice, name: string, problem: UpdateProblem): UpdateContestant {
  const pairs = pairsOf(device, problem);
  const step = () => {
    const encoder = device.createCommandEncoder();
    for (const { from, to } of pairs) {
      encoder.copyBufferToBuffer(from, 0, to, 0, to.size);
    }
    device.queue.submit([encoder.finish()]);
  };
  return moving(name, timedOn(device, step));
}

async function byShader(
  device: GPUDevice,
  name: string,
  problem: UpdateProblem,
): Promise<UpdateContestant> {
  const module = device.createShaderModule({ code: shader });
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module },
  });
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  const copies = pairsOf(device, problem).map(({ from, to }) => {
    const entries = [from, to].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const groups = Math.ceil(to.size / (16 * workgroup));
    const x = Math.min(groups, most);
    const layout = pipeline.getBindGroupLayout(0);
    const bindGroup = device.createBindGroup({ layout, entries });
    return { bindGroup, x, y: Math.ceil(groups / x) };
  });
  const step = () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (const { bindGroup, x, y } of copies) {
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  return moving(name, timedOn(device, step));
}

export const copies: PeerSource = {
  ...{ name: "copy", library: "copy", threads: 1 },
  load: async () => {
    const device = await openDevice({ requestDevice });
    const made = (problem: UpdateProblem): Readonly<Record<string, Make<UpdateContestant>>> => ({
      "copy by command": () => byCommand(device, "copy by command", problem),
      "copy by shader": () => byShader(device, "copy by shader", problem),
    });
    return {
      version: "in bench/gpu",
      updates: (problem) =>
        problem.rule === "adam" && problem.shapes.length === 1 ? made(problem) : {},
    };
  },
};
