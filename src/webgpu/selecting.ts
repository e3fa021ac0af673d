/** Steps for some rows of some parameters: those listed, or those marked. */

import type { Selection } from "../compilers/wgsl/elements.ts";
import { bindings, blockElements } from "../compilers/wgsl/layout.ts";
import { loopsOf } from "../rule/program.ts";
import { BindingError, GradientError } from "../runtime/errors.ts";
import { isWhole } from "../runtime/plans.ts";
import { bindGroupOf, type Command, type Dispatch, grid, prepare } from "./commands.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import type { Segment } from "./dispatches/segments.ts";
import type { GpuTensor } from "./tensor.ts";

/** Rows (of a vector, elements) by their numbers: 32-bit words from `offset` bytes on, none twice. */
export interface ListedRows {
  readonly buffer: GPUBuffer;
  /** Bytes: a multiple of the device's `minStorageBufferOffsetAlignment`. Default 0. */
  readonly offset?: number;
  readonly count: number;
}

/** A 32-bit word for each row, or each element of a vector: those that are not 0 take part. */
export interface MarkedRows {
  readonly mask: GPUBuffer;
  /** As of listed rows. */
  readonly offset?: number;
}

/** Which rows a step is for, by parameter: of all others it is for all. */
export type RowSelections = Readonly<Record<string, ListedRows | MarkedRows>>;

/** One loop for one tensor. */
interface Choice {
  readonly tensor: GpuTensor;
  readonly all: Command;
  readonly listed: Command;
  readonly marked: Command;
  readonly dispatch: Dispatch;
}

/** Dispatches for each loop and tensor, before they are prepared. */
interface Draft {
  readonly tensor: GpuTensor;
  readonly dispatches: Readonly<Record<Selection, Dispatch>>;
}

const heightOf = ({ shape, length }: GpuTensor): number =>
  shape.length === 1 ? length : shape[0]!;

/** The part of a segment that is one tensor's. */
function only(segment: Segment, index: number): Segment {
  const positions = new Map([...segment.positions].map(([key, list]) => [key, [list[index]!]]));
  return { ...segment, pieces: [segment.pieces[index]!], positions };
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
  return loopsOf(program).flatMap(({ loop }) =>
    segments.flatMap((segment) =>
      segment.pieces.map((piece, index) => {
        const { tensor } = piece;
        if (piece.length < tensor.length) {
          throw new BindingError(
            `optimize: \`${tensor.name}\` is larger than a binding, so that its rows cannot be chosen`,
          );
        }
        const part = only(segment, index);
        const rowLength = tensor.length / Math.max(1, heightOf(tensor));
        const of = (selection: Selection) => execution.selected(loop, part, rowLength, selection);
        const dispatches = { all: of("all"), listed: of("listed"), marked: of("marked") };
        return { stage: loop.stage, draft: { tensor, dispatches } };
      }),
    ),
  );
}

export class RowSteps {
  readonly #device: GPUDevice;
  readonly #choices: readonly Choice[];
  readonly #ends: readonly Command[];

  private constructor(device: GPUDevice, choices: readonly Choice[], ends: readonly Command[]) {
    this.#device = device;
    this.#choices = choices;
    this.#ends = ends;
  }

  /** @returns what prepares them, once there are buffers */
  static draft(plans: readonly GpuPlan[]) {
    const drafts = plans.flatMap(draftsOf).sort((a, b) => a.stage - b.stage);
    return async (device: GPUDevice, ends: readonly Command[]): Promise<RowSteps> => {
      const choices = drafts.map(async ({ draft: { tensor, dispatches } }): Promise<Choice> => {
        const [all, listed, marked] = await Promise.all(
          [dispatches.all, dispatches.listed, dispatches.marked].map((each) =>
            prepare(device, each),
          ),
        );
        return { tensor, all: all!, listed: listed!, marked: marked!, dispatch: dispatches.all };
      });
      return new RowSteps(device, await Promise.all(choices), ends);
    };
  }

  /** The commands of a step for these rows. */
  commands(rows: RowSelections): Command[] {
    for (const [name, selection] of Object.entries(rows)) {
      check(name, selection, this.#choices);
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

function check(name: string, rows: ListedRows | MarkedRows, choices: readonly Choice[]): void {
  const tensor = choices.find((choice) => choice.tensor.name === name)?.tensor;
  if (tensor === undefined) {
    throw new GradientError(`rows of \`${name}\`: there is no such parameter`);
  }
  const buffer = "mask" in rows ? rows.mask : rows.buffer;
  const words = "mask" in rows ? heightOf(tensor) : rows.count;
  const { offset = 0 } = rows;
  if (!Number.isSafeInteger(words) || words < 0 || words > heightOf(tensor)) {
    throw new GradientError(
      `rows of \`${name}\`: count is a whole number up to ${heightOf(tensor)}, not ${words}`,
    );
  }
  if (typeof buffer?.size !== "number" || offset + 4 * words > buffer.size) {
    throw new GradientError(
      `rows of \`${name}\`: ${words} words from byte ${offset} on are not in the buffer that was given`,
    );
  }
}
