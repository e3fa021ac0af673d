/** Compares a checkpoint with an optimizer, and then restores it. */

import { own } from "../runtime/binding/lists.ts";
import {
  type ConvertedArray,
  conversionsIn,
  fitted,
  provideConversions,
} from "../runtime/conversions.ts";
import { checkOptions, RestoreError } from "../runtime/errors.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import { type AnyParameter, elements } from "../runtime/parameters.ts";
import type { RestoreOptions, RestoreReport } from "../runtime/state/restore.ts";
import type { Stored } from "../runtime/state/state.ts";
import { didYouMean } from "../suggest.ts";
import type { Checkpoint, StoredTensor } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import type { CheckpointMetadata } from "./manifest.ts";
import type { Checkpointed } from "./source.ts";

/** The result of loading a checkpoint. */
export interface CheckpointReport extends RestoreReport {
  /** The parameters whose values were restored. */
  readonly parameters: readonly string[];
  /** The metadata given at saving. */
  readonly metadata: CheckpointMetadata;
}

interface Copy {
  readonly name: string;
  readonly from: Stored;
  readonly to: AnyParameter;
}

type Copies = readonly Copy[];

/** The present name for a saved one. */
export const renamedName = (name: string, rename: RestoreOptions["rename"] = {}): string =>
  typeof rename === "function" ? rename(name) : (own(rename, name) ?? name);

/** Saved parameters by their present names. @throws {RestoreError} if two would have the same name */
function renamed(
  saved: Checkpoint["parameters"],
  rename: RestoreOptions["rename"],
): ReadonlyMap<string, StoredTensor> {
  const result = new Map<string, StoredTensor>();
  for (const name of Object.keys(saved)) {
    const now = renamedName(name, rename);
    if (result.has(now)) {
      throw new RestoreError([`rename: two parameters would be \`${now}\``]);
    }
    result.set(now, saved[name]!);
  }
  return result;
}

/** Compares parameters as states are compared. The same difference has the same message. */
function compare(
  live: Checkpointed["parameters"],
  tensors: ReadonlyMap<string, StoredTensor>,
  others: Checkpoint["others"],
  mayConvert: boolean,
): { readonly copies: Copies; readonly differences: readonly string[] } {
  const copies: Copy[] = [];
  const differences: string[] = [];
  for (const name of Object.keys(live)) {
    const [to, saved] = [live[name]!, tensors.get(name)];
    const other = saved === undefined ? own(others, name) : undefined;
    if (other !== undefined) {
      differences.push(
        `parameter \`${name}\` was saved as ${other.type}, which a parameter cannot be`,
      );
    } else if (saved !== undefined && String(to.shape) !== String(saved.shape)) {
      differences.push(
        `parameter \`${name}\`: the shape is [${to.shape}], but it was saved as [${saved.shape}]`,
      );
    } else if (to.data.length !== elements(to.shape)) {
      differences.push(`parameter \`${name}\`: its array was transferred or resized`);
    } else {
      const target = { to: to.data, kept: to.storage?.name, parameter: name };
      const from = fitted(saved, undefined, target, mayConvert);
      if (typeof from === "string") {
        differences.push(`parameter \`${name}\` ${from}`);
      } else {
        copies.push({ name, from, to });
      }
    }
  }
  const free = Object.keys(live).filter((name) => !tensors.has(name));
  for (const name of tensors.keys()) {
    if (!Object.hasOwn(live, name)) {
      differences.push(`there is no parameter \`${name}\` now${didYouMean(name, free)}`);
    }
  }
  return { copies, differences };
}

/**
 * Compares a checkpoint, and reads all arrays that fit.
 * @returns a function that restores them, and reads nothing more
 * @throws {RestoreError} if something differs, unless `partial` is set
 * @throws {CheckpointError} if there is no state and `partial` is not set, or an array cannot be read
 */
export function prepare(
  { state, metadata, parameters: saved, others }: Checkpoint,
  optimizer: Checkpointed,
  options: RestoreOptions,
): () => CheckpointReport {
  checkOptions("load", options, ["partial", "rename", "convert"]);
  if (state === undefined && !options.partial) {
    throw new CheckpointError(
      "Gradus did not write it, so it has no optimizer state: { partial: true } loads only its parameters",
    );
  }
  provideConversions();
  const { parameters } = optimizer;
  const found = compare(parameters, renamed(saved, options.rename), others, !!options.convert);
  const plan = state && optimizer.planRestore(state, { ...options, partial: true });
  const live = optimizer.stateViews();
  const ofState = plan?.report.differences ?? ["the file has no optimizer state"];
  const differences = [...new Set([...found.differences, ...ofState])];
  if (differences.length > 0 && !options.partial) {
    throw new RestoreError(differences);
  }
  const wanted = [...found.copies, ...(plan?.copies ?? [])].map(({ from }) => from);
  const read = readAll(wanted);
  return () => {
    // If reading took some time, the optimizer may by now be evaluating or disposed.
    optimizer.stateViews();
    const values = found.copies.map(({ from }) => read(from));
    const copies = plan?.copies.map(({ from, to }) => ({ from: read(from), to }));
    const { step, restored, hyper } = copies
      ? optimizer.takeOver({ ...plan!, copies })
      : { step: live.step, restored: [], hyper: [] };
    for (const [index, { to }] of found.copies.entries()) {
      to.data.set(values[index]!);
    }
    return {
      ...{ step, restored, differences, hyper, metadata },
      parameters: found.copies.map(({ name }) => name),
      ...(options.convert && { converted: conversionsIn(wanted) }),
    };
  };
}

const sourceOf = (each: Stored | ConvertedArray): Stored => ("source" in each ? each.source : each);

/** Reads each array once. @returns a function that returns each, converted if necessary. For a Blob, arrays are filled after this call */
function readAll(wanted: readonly Stored[]): (each: Stored | ConvertedArray) => StoredElements {
  const arrays = new Map(
    [...new Set(wanted.map(sourceOf))].map(
      (each) => [each, "read" in each ? each.read() : each] as const,
    ),
  );
  return (each) => {
    const array = arrays.get(sourceOf(each))!;
    return "source" in each ? each.of(array) : array;
  };
}
