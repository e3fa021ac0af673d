/** The floor: copies that read and write as many bytes as Adam, 28 for each element, with a command and with a shader. */
import { requestDevice } from "../../../src/webgpu/index.ts";
import type { Make, PeerSource, UpdateContestant, UpdateProblem } from "../../peers/peer.ts";
import { makeBuffer, timedOn } from "../arrays.ts";
import { copier, type Pair } from "../copier.ts";
import { openDevice } from "../device.ts";

/** For each element 14 bytes are copied: three whole arrays, and half of a fourth. */
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
  const record = await copier(device, pairsOf(device, problem));
  const step = () => {
    const encoder = device.createCommandEncoder();
    record(encoder);
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
