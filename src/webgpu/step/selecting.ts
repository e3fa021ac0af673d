/** Steps for some rows of some parameters, given as a list or as marks. */

import type { Selection } from "../../compilers/wgsl/elements.ts";
import { bindings, blockElements } from "../../compilers/wgsl/layout.ts";
import { loopsOf } from "../../rule/planning/program.ts";
import { isWhole } from "../../runtime/binding/plans.ts";
import { heightOf } from "../../runtime/binding/tensor.ts";
import { BindingError, GradientError } from "../../runtime/errors.ts";
import { mapped } from "../../runtime/state/state.ts";
import { didYouMean } from "../../suggest.ts";
import { bindGroupOf, type Command, type Dispatch, grid, prepare } from "../device/commands.ts";
import { requireUsage } from "../device/usage.ts";
import type { GpuPlan } from "../dispatches/programs.ts";
import { partOfSegment } from "../dispatches/segments.ts";
import type { GpuTensor } from "../tensor.ts";

/** Row numbers (for a vector, element numbers): 32-bit words from `offset` bytes on, none of them twice. */
export interface ListedRows {
  /** The buffer of the numbers, with usage `STORAGE`. */
  readonly buffer: GPUBuffer;
  /** In bytes: a multiple of the device's `minStorageBufferOffsetAlignment`. Default 0. */
  readonly offset?: number;
  /** The number of rows in the list. */
  readonly count: number;
}

/** A 32-bit word for each row, or for each element of a vector. Rows whose word is not 0 take part. */
export interface MarkedRows {
  /** The buffer of the words, with usage `STORAGE`. */
  readonly mask: GPUBuffer;
  /** As for listed rows. */
  readonly offset?: number;
}

/** The rows that a step is for, by parameter. Other parameters take part with all rows. */
export type RowSelections = Readonly<Record<string, ListedRows | MarkedRows>>;

/** One loop for one tensor. */
interface Choice {
  readonly tensor: GpuTensor;
  readonly all: Command;
  readonly listed: Command;
  readonly marked: Command;
  readonly dispatch: Dispatch;
}

/** The dispatches for each loop and tensor, before they are prepared. */
interface Draft {
  readonly tensor: GpuTensor;
  readonly dispatches: Readonly<Record<Selection, Dispatch>>;
}

function draftsOf({ plan, segments, step }: GpuPlan): { stage: number; draft: Draft }[] {
  const { execution } = step;
  const { program } = execution;
  const reduces = program.reductions.some(({ node }) => node !== program.guard);
  if (isWhole(program) || reduces || program.scalars.length > 0) {
    const names = plan.rule.parts.map(({ name }) => name).join(" + ");
    throw new BindingError(
      `optimize: rows of a parameter cannot be chosen with ${names}, whose steps depend on all of it`,
    );
  }
  const blocks = [...plan.storages].find(([, storage]) => storage.blocks);
  if (blocks !== undefined) {
    throw new BindingError(
      `optimize: rows of a parameter cannot be chosen where its state is kept in blocks, such as \`${blocks[0]}\` of \`${plan.tensors[0]!.name}\``,
    );
  }
  return loopsOf(program).flatMap(({ loop }) =>
    segments.flatMap((segment) =>
      segment.pieces.map((piece, index) => {
        const { tensor } = piece;
        if (piece.length < tensor.length) {
          throw new BindingError(
            `optimize: \`${tensor.name}\` is larger than a binding, so that its rows cannot be chosen`,
          );
        }
        const part = partOfSegment(segment, [index]);
        const rowLength = tensor.length / Math.max(1, heightOf(tensor));
        const of = (selection: Selection) => execution.selected(loop, part, rowLength, selection);
        const dispatches = { all: of("all"), listed: of("listed"), marked: of("marked") };
        return { stage: loop.stage, draft: { tensor, dispatches } };
      }),
    ),
  );
}

const writtenBy = ({ resources }: Dispatch): GPUBuffer[] =>
  [bindings.parameter, bindings.gradient].map(
    (binding) => (resources()[binding] as GPUBufferBinding).buffer,
  );

export class RowSteps {
  readonly #device: GPUDevice;
  readonly #tensors: readonly GpuTensor[];
  readonly #choices: readonly Choice[];
  readonly #ends: readonly Command[];
  /** The buffers that a step writes. Lists of rows must not be in them, because they are read at the same time. */
  readonly #written: ReadonlySet<GPUBuffer>;

  private constructor(
    device: GPUDevice,
    tensors: readonly GpuTensor[],
    choices: readonly Choice[],
    ends: readonly Command[],
  ) {
    this.#device = device;
    this.#tensors = tensors;
    this.#choices = choices;
    this.#ends = ends;
    this.#written = new Set(choices.flatMap(({ dispatch }) => writtenBy(dispatch)));
  }

  /** @returns the dispatches, and a function that prepares them after buffers are made */
  static draft(plans: readonly GpuPlan[], tensors: readonly GpuTensor[]) {
    const drafts = plans.flatMap(draftsOf).sort((a, b) => a.stage - b.stage);
    const prepared = (device: GPUDevice, ends: readonly Command[]): RowSteps => {
      const choices = drafts.map(({ draft: { tensor, dispatches } }): Choice => {
        const { all, listed, marked } = mapped(dispatches, (each) => prepare(device, each));
        return { tensor, all: all!, listed: listed!, marked: marked!, dispatch: dispatches.all };
      });
      return new RowSteps(device, tensors, choices, ends);
    };
    const dispatches = drafts.flatMap(({ draft }) => Object.values(draft.dispatches));
    return { dispatches, prepared };
  }

  /** The commands of a step for these rows. */
  commands(rows: RowSelections): Command[] {
    for (const [name, selection] of Object.entries(rows)) {
      check(name, selection, this.#tensors, this.#device, this.#written);
    }
    const chosen = this.#choices.map((choice) => this.#command(choice, rows[choice.tensor.name]));
    return [...chosen, ...this.#ends];
  }

  #command(choice: Choice, rows: ListedRows | MarkedRows | undefined): Command {
    if (rows === undefined) {
      return choice.all;
    }
    const { offset = 0 } = rows;
    if ("mask" in rows) {
      const size = 4 * heightOf(choice.tensor);
      return this.#with(choice, choice.marked, { buffer: rows.mask, offset, size });
    }
    if (rows.count === 0) {
      return { ...choice.listed, x: 0, y: 0 };
    }
    const rowLength = choice.tensor.length / heightOf(choice.tensor);
    const workgroups = Math.ceil((rows.count * rowLength) / blockElements(1));
    const size = 4 * rows.count;
    const command = this.#with(choice, choice.listed, { buffer: rows.buffer, offset, size });
    return { ...command, ...grid(workgroups, this.#device) };
  }

  #with({ dispatch }: Choice, command: Command, rows: GPUBufferBinding): Command {
    const resources = { ...dispatch.resources(), [bindings.rows]: rows };
    return { ...command, bindGroup: bindGroupOf(this.#device, dispatch.access, resources) };
  }
}

/** @throws {GradientError} where they are not rows of the parameter, or no binding can reach them */
function check(
  name: string,
  rows: Partial<ListedRows & MarkedRows> | null,
  tensors: readonly GpuTensor[],
  { limits }: GPUDevice,
  written: ReadonlySet<GPUBuffer>,
): undefined {
  const refuse = (problem: string): never => {
    throw new GradientError(`rows of \`${name}\`: ${problem}`);
  };
  const names = tensors.map((tensor) => tensor.name);
  const tensor = tensors[names.indexOf(name)];
  if (tensor === undefined) {
    return refuse(`there is no such parameter${didYouMean(name, names)}`);
  }
  if (tensor.shape.length === 0) {
    refuse("it is a single number, without rows");
  }
  const { buffer, mask, count, offset = 0 } = rows ?? {};
  const given = mask ?? buffer;
  if (typeof given?.size !== "number" || (mask !== undefined && buffer !== undefined)) {
    return refuse(
      "they are { buffer, count } with their numbers, or { mask } with a word for each",
    );
  }
  const words = mask === undefined ? count : heightOf(tensor);
  if (!Number.isSafeInteger(words) || words! < 0 || words! > heightOf(tensor)) {
    refuse(`count must be a whole number up to ${heightOf(tensor)}, not ${words}`);
  }
  const { minStorageBufferOffsetAlignment: step } = limits;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % step !== 0) {
    refuse(`the offset must be a multiple of ${step} bytes, not ${offset}`);
  }
  if (offset + 4 * words! > given.size) {
    refuse(`${words} words from byte ${offset} on are not in the buffer that was given`);
  }
  try {
    requireUsage("the buffer that was given", given, "STORAGE");
  } catch (error) {
    refuse((error as Error).message);
  }
  if (written.has(given as GPUBuffer)) {
    refuse("they are in a buffer of parameters or gradients, which a step writes: use another");
  }
}
