/** Compares compositions on a GPU with the simulator. */
import * as source from "../../src/index.ts";
import * as webgpu from "../../src/webgpu/index.ts";
import { type Comparison, compareSnapshots, type Failure, LOOSE } from "./compare.ts";
import { type Composition, resolve } from "./composition.ts";
import { generate, type Traits } from "./generator.ts";
import { round } from "./given.ts";
import { programOf } from "./program.ts";
import { judge } from "./refusals.ts";
import type { Finding } from "./report.ts";
import { Saying } from "./saying.ts";
import { shrinkBy } from "./shrink.ts";
import type { Snapshot } from "./simulation.ts";

/** What `gradus/webgpu` supports: float32, gradients in its own buffers, no call that throws before a report. */
const traits: Traits = { types: ["float32"], skips: true, device: true, wild: false };

export const generateForGpu = (seed: number, index: number): Composition =>
  generate(seed, index, traits);

/**
 * The extra tolerance. WGSL lets a device divide and take roots within 2.5 units, which the CPU rounds once. Scalars that depend
 * on a
 * reduction are float32 there, and sums are trees of float32. Each of these is worth a few of the CPU's roundings.
 */
const COARSENESS = 3;

async function performOnGpu(device: GPUDevice, composition: Composition): Promise<Snapshot> {
  const { parameters, rule, groups, nonFinite, zeroGradients, actions } = composition;
  const shapes = Object.fromEntries(parameters.map(({ name, shape }) => [name, shape]));
  const net = webgpu.parameters(device, shapes);
  const write = ({ buffer, offset }: Required<webgpu.GpuParameter>, values: readonly number[]) => {
    device.queue.writeBuffer(buffer, offset, Float32Array.from(values));
  };
  for (const { name, start } of parameters)
    write(net[name] as Required<webgpu.GpuParameter>, start);
  const said = new Saying(source);
  const options = {
    ...{ nonFinite, zeroGradients },
    groups: groups.map(({ match, overrides }) => ({
      match: said.match(match),
      ...said.options(overrides),
    })),
  };
  const optimizer = await webgpu.optimize(device, net, said.rule(rule), options as never);
  try {
    const names = parameters.map(({ name }) => name);
    const { frozen } = resolve(rule, names);
    for (const action of actions) {
      if (!("step" in action)) throw new Error("a device only makes steps here");
      for (const name of names.filter((each) => !frozen.has(each))) {
        const gradient = action.step[name] as { values: readonly number[]; form: string };
        const exact =
          gradient.form === "other" ? round(gradient.values, "float32") : gradient.values;
        write(optimizer.gradients[name]!, Array.from(exact));
      }
      optimizer.step(undefined, { loss: action.loss });
    }
    const [report, snapshot, evaluation] = [
      await optimizer.report(),
      await optimizer.read(),
      await optimizer.readEvaluationWeights(),
    ];
    return {
      parameters: new Map(names.map((name) => [name, snapshot.parameters[name]!.data] as const)),
      evaluation: new Map(names.map((name) => [name, evaluation[name]!] as const)),
      ...{ steps: report.step, skipped: report.skippedSteps, threw: false, gradientNorm: "open" },
    };
  } finally {
    optimizer.dispose();
    for (const { buffer } of Object.values(net)) buffer.destroy();
  }
}

export async function compareOnGpu(
  device: GPUDevice,
  composition: Composition,
): Promise<Comparison> {
  try {
    const last = await performOnGpu(device, composition);
    return compareSnapshots(composition, [last], COARSENESS);
  } catch (error) {
    const { name, message } = error as Error;
    const failure: Failure = { kind: "threw", message: `${name}: ${message}` };
    return { allowed: 0, used: 0, failure };
  }
}

/** The report on one composition on a device; `attempts` are made to reduce it. */
export async function examineOnGpu(
  device: GPUDevice,
  composition: Composition,
  again: string,
  attempts = 300,
): Promise<Finding> {
  const fits = ({ parameters, actions }: Composition) =>
    parameters.every(({ type }) => type === "float32") &&
    actions.every((action) => "step" in action && action.own);
  const nothing: Comparison = { allowed: 0, used: 0 };
  const check = (each: Composition) => (fits(each) ? compareOnGpu(device, each) : nothing);
  const refused = judge(composition).verdict === "refused";
  const { failure, allowed } = await check(composition);
  if (failure === undefined) return { refused, loose: allowed > LOOSE };
  const small = await shrinkBy(composition, failure, check, attempts);
  const program = programOf(small.composition);
  const text = `on a GPU, ${small.failure.kind}: ${small.failure.message}\n\n${program}\n\n${again}`;
  return { failure: text, refused, loose: false };
}
