/** Brings parameters on a GPU and a rule together. */
import { status } from "../compilers/wgsl/layout.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import { extensionsOf } from "../runtime/extensions.ts";
import { type Group, resolveGroups } from "../runtime/groups.ts";
import { planGroups } from "../runtime/plans.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import { didYouMean } from "../suggest.ts";
import { arraysOf } from "./arrays.ts";
import type { Preset } from "./combining.ts";
import { type Command, prepare, record } from "./commands.ts";
import { DeviceError } from "./errors.ts";
import type { Shared } from "./execution.ts";
import { GpuOptimizer } from "./optimizer.ts";
import {
  allocate,
  type GpuParameter,
  type GpuParameterSource,
  padded,
  storageBytes,
} from "./parameters.ts";
import {
  bindPlan,
  dispatchesOf,
  finishDispatch,
  type GpuPlan,
  initialNumber,
} from "./programs.ts";
import { Ring } from "./ring.ts";
import { Space } from "./space.ts";
import { Tables } from "./tables.ts";
import { type GpuTensor, type Place, placeOf, tensorsOf } from "./tensor.ts";
import { write } from "./transfer.ts";
import { placesIn } from "../compilers/wgsl/values.ts";

/** Options of {@link optimize}. */
export interface GpuOptimizeOptions<
  P extends GpuParameterSource = GpuParameterSource,
  H extends HyperDefaults = HyperDefaults,
> {
  /** Hyperparameters of their own for some parameters, as on the CPU. */
  readonly groups?: readonly Group<H>[];
  /**
   * What to do with gradients that are not finite: `"throw"` (default) changes nothing from then on until
   * `report()` has thrown; `"skip"` leaves out such steps and counts them; `"allow"` does not look.
   */
  readonly nonFinite?: NonFinitePolicy;
  /** Sets gradients to zero behind each step. Default false. */
  readonly zeroGradients?: boolean;
  /** Of the random numbers that a rule draws: a whole number. The same draws as on the CPU. Default 0. */
  readonly seed?: number;
  /** Where the caller's gradients are, so that nothing is copied. By default Gradus makes buffers for them. */
  readonly gradients?: { readonly [K in keyof P]: Omit<GpuParameter, "shape"> };
}

const policies: readonly NonFinitePolicy[] = ["throw", "skip", "allow"];
const optionNames = ["groups", "nonFinite", "zeroGradients", "seed", "gradients"];

function checkSettings(options: GpuOptimizeOptions<never, never>): void {
  const { nonFinite = "throw", seed = 0 } = options;
  checkOptions("optimize", options, optionNames);
  if (!policies.includes(nonFinite)) {
    throw new BindingError(
      `optimize: nonFinite is "${policies.join('", "')}", not "${nonFinite}"${didYouMean(String(nonFinite), policies)}`,
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new BindingError(`optimize: seed is a whole number, not ${seed}`);
  }
}

/** Where gradients are: the caller's, or in buffers of our own laid out like the parameters. */
function gradientPlaces(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  given: Readonly<Record<string, Omit<GpuParameter, "shape">>> | undefined,
  owned: GPUBuffer[],
): Map<GpuTensor, Place> {
  if (given !== undefined) {
    return new Map(
      tensors.map((tensor) => {
        const what = `the gradient of \`${tensor.name}\``;
        const source = given[tensor.name];
        if (source === undefined) {
          throw new BindingError(`${what} is missing`);
        }
        return [tensor, placeOf(what, source, tensor.length, device)];
      }),
    );
  }
  const places = new Map<GpuTensor, Place>();
  const buffers = new Map<GPUBuffer, GpuTensor[]>();
  for (const tensor of tensors) {
    const { buffer } = tensor.parameter;
    buffers.set(buffer, [...(buffers.get(buffer) ?? []), tensor]);
  }
  for (const list of buffers.values()) {
    const bytes = ({ length, parameter }: GpuTensor) =>
      padded(length) * storageBytes[parameter.storage];
    const size = list.reduce((sum, tensor) => sum + bytes(tensor), 0);
    const buffer = allocate(device, size, "gradus gradients");
    owned.push(buffer);
    let offset = 0;
    const inOrder = [...list].sort((a, b) => a.parameter.offset - b.parameter.offset);
    for (const tensor of inOrder) {
      places.set(tensor, { buffer, offset, storage: tensor.parameter.storage });
      offset += bytes(tensor);
    }
  }
  return places;
}

/** Writes what states begin with, where that is a number but 0. */
function initialize(device: GPUDevice, plans: readonly GpuPlan[], values: GPUBuffer): void {
  for (const each of plans) {
    const { plan, step } = each;
    const places = placesIn(step.execution.program, step.execution.compiled.layout);
    const { arrays, spans } = arraysOf(
      plan.tensors.map(({ name }) => name),
      [each],
    );
    for (const slots of Object.values(arrays)) {
      for (const { name, kind, temporary } of plan.program.slots.slice(2)) {
        const number = temporary ? 0 : initialNumber(plan, name);
        if (number !== 0) {
          fill(plan, slots[name] as Float32Array, kind, number);
        }
      }
    }
    for (const span of spans.filter(({ array }) => array.some((value) => value !== 0))) {
      write(device, span);
    }
    for (const { slot } of plan.program.scalars) {
      const number = Float32Array.of(initialNumber(plan, slot));
      for (const tensor of plan.tensors) {
        const at = step.execution.valuesOf(tensor) + places.scalar(slot);
        device.queue.writeBuffer(values, 4 * at, number);
      }
    }
  }
}

type Kind = GpuPlan["plan"]["program"]["slots"][number]["kind"];

function fill({ program }: GpuPlan["plan"], array: Float32Array, kind: Kind, value: number): void {
  if (kind === "element") {
    array.fill(value);
  } else {
    extensionsOf(program).fill(array, kind, value);
  }
}

/** Runs the programs that fill states from expressions, once. */
async function fillFromExpressions(
  device: GPUDevice,
  plans: readonly GpuPlan[],
  commands: readonly Command[],
  values: GPUBuffer,
): Promise<void> {
  if (commands.length === 0) {
    return;
  }
  const copies = plans.flatMap(({ plan, step, initial }) =>
    (initial?.execution.program.scalars ?? []).flatMap(({ slot }) => {
      const [from, to] = [initial!, step].map(({ execution }) => ({
        execution,
        place: placesIn(execution.program, execution.compiled.layout).scalar(slot),
      })) as [{ execution: typeof step.execution; place: number }, { execution: typeof step.execution; place: number }];
      return plan.tensors.map((tensor) => ({
        from: 4 * (from.execution.valuesOf(tensor) + from.place),
        to: 4 * (to.execution.valuesOf(tensor) + to.place),
      }));
    }),
  );
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass, commands);
  pass.end();
  // Copies within one buffer go by way of another.
  const between = allocate(device, 4 * copies.length, "gradus initial state");
  for (const [index, { from }] of copies.entries()) {
    encoder.copyBufferToBuffer(values, from, between, 4 * index, 4);
  }
  for (const [index, { to }] of copies.entries()) {
    encoder.copyBufferToBuffer(between, 4 * index, values, to, 4);
  }
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  between.destroy();
}

/** Reports what the device finds wrong while buffers and pipelines are made. */
async function watched<T>(device: GPUDevice, make: () => Promise<T>): Promise<T> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const [made] = await Promise.allSettled([make()]);
  const [validation, memory] = [await device.popErrorScope(), await device.popErrorScope()];
  if (made.status === "rejected") {
    throw made.reason;
  }
  const error = memory ?? validation;
  if (error !== null) {
    throw new DeviceError(`the device cannot do this: ${error.message}`);
  }
  return made.value;
}

/**
 * Binds a rule to parameters on a GPU: the same rules as on the CPU, compiled to shaders.
 *
 * @param device such as that of `requestDevice()`; the caller's, who destroys it
 * @param source name to `{ buffer, offset, shape, type }`: of `parameters()`, or the caller's own buffers
 * @param rule such as `adam({ lr: 1e-3 })`, or a chain
 * @throws {BindingError} where parameters, groups or settings do not fit, or the rule needs what a GPU has not
 * @throws {DeviceError} where the device has not the memory
 */
export async function optimize<P extends GpuParameterSource, H extends HyperDefaults>(
  device: GPUDevice,
  source: P,
  rule: Rule<H>,
  options: GpuOptimizeOptions<P, NoInfer<H>> = {},
): Promise<GpuOptimizer<P>> {
  if (!Array.isArray((rule as Rule | undefined)?.parts)) {
    throw new BindingError(
      "optimize: the third argument is a rule such as adam(); note the parentheses",
    );
  }
  checkSettings(options as GpuOptimizeOptions<never, never>);
  const tensors = tensorsOf(source, device);
  return watched(device, () => bind(device, source, tensors, rule, options as GpuOptimizeOptions));
}

async function bind<P extends GpuParameterSource>(
  device: GPUDevice,
  source: P,
  tensors: readonly GpuTensor[],
  rule: Rule,
  options: GpuOptimizeOptions,
): Promise<GpuOptimizer<P>> {
  const { groups = [], nonFinite = "throw", zeroGradients = false, seed = 0 } = options;
  const owned: GPUBuffer[] = [];
  const gradients = gradientPlaces(device, tensors, options.gradients, owned);
  const resolved = resolveGroups(tensors, rule, groups);
  const planned = planGroups(resolved, nonFinite !== "allow", zeroGradients);
  let buffers: ReturnType<Shared["buffers"]> | undefined;
  const shared: Shared = {
    tables: new Tables(),
    ring: new Space(),
    values: new Space(),
    ringRows: 256,
    buffers: () => buffers!,
  };
  const plans = planned.map((plan) => bindPlan(device, plan, gradients, shared));
  const steps = plans.map(({ step }) => step);
  const initials = plans.flatMap(({ initial }) => (initial ? [initial] : []));
  const first = dispatchesOf(initials, shared);
  const each = dispatchesOf(steps, shared);
  const dispatches = [...each.dispatches, finishDispatch(nonFinite === "throw", shared)];
  buffers = {
    ring: allocate(device, 4 * shared.ring.length * shared.ringRows, "gradus host values"),
    values: allocate(device, 4 * shared.values.length, "gradus values"),
    status: allocate(device, 4 * status.length, "gradus status"),
  };
  const tables = shared.tables.upload(device);
  owned.push(tables, ...Object.values(buffers));
  owned.push(...plans.flatMap(({ segments }) => segments.map(({ state }) => state)));
  writePresets(device, buffers.values, [...first.presets, ...each.presets]);
  initialize(device, plans, buffers.values);
  const executions = [...steps, ...initials].map(({ execution }) => execution);
  const { ring: ringBuffer, values } = buffers;
  const ring = new Ring(
    ...([device, ringBuffer, shared.ringRows, shared.ring.length, executions, seed] as const),
  );
  const all = await Promise.all(
    [...first.dispatches, ...dispatches].map((dispatch) => prepare(device, dispatch)),
  );
  if (initials.length > 0) {
    ring.write(1, Number.NaN);
  }
  await fillFromExpressions(device, plans, all.slice(0, first.dispatches.length), values);
  const zeroed = new Set(planned.filter(({ zeroes }) => zeroes).flatMap((plan) => plan.tensors));
  return new GpuOptimizer<P>({
    ...{ device, parameters: source, tensors, gradients, plans, ring, owned, nonFinite, seed },
    ...{ values, status: buffers.status },
    commands: all.slice(first.dispatches.length),
    zeroedBehind: zeroGradients ? tensors.filter((tensor) => !zeroed.has(tensor)) : [],
    learningRate: rule.planner.learningRate(rule),
  });
}

function writePresets(device: GPUDevice, values: GPUBuffer, presets: readonly Preset[]): void {
  for (const { at, value } of presets) {
    device.queue.writeBuffer(values, 4 * at, Float32Array.of(value));
  }
}
