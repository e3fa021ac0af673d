/** Compares all of a checkpoint with an optimizer, and then takes it over. */
import { checkOptions, RestoreError } from "../runtime/errors.ts";
import type { Parameter } from "../runtime/parameters.ts";
import { planRestore, type RestoreOptions, type RestoreReport } from "../runtime/restore.ts";
import { didYouMean } from "../suggest.ts";
import type { Checkpoint, StoredTensor } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import type { CheckpointMetadata } from "./manifest.ts";
import type { Checkpointed } from "./source.ts";

/** What loading a checkpoint has done. */
export interface CheckpointReport extends RestoreReport {
  /** The parameters whose values were taken over. */
  readonly parameters: readonly string[];
  /** The notes given at saving. */
  readonly metadata: CheckpointMetadata;
}

interface Copy {
  readonly name: string;
  readonly from: StoredTensor;
  readonly to: Parameter;
}

type Copies = readonly Copy[];

/** Saved parameters by their present names. @throws {RestoreError} where two would have one */
function renamed(
  saved: Checkpoint["parameters"],
  rename: RestoreOptions["rename"] = {},
): ReadonlyMap<string, StoredTensor> {
  const result = new Map<string, StoredTensor>();
  for (const name of Object.keys(saved)) {
    const given = Object.hasOwn(rename, name) ? (rename as Record<string, string>)[name]! : name;
    const now = typeof rename === "function" ? rename(name) : given;
    if (result.has(now)) {
      throw new RestoreError([`rename: two parameters would be \`${now}\``]);
    }
    result.set(now, saved[name]!);
  }
  return result;
}

const typeOf = ({ data }: Parameter) => (data instanceof Float32Array ? "float32" : "float64");

/** As the state is compared, and in the same words where it is the same that differs. */
function compare(
  live: Checkpointed["parameters"],
  saved: ReadonlyMap<string, StoredTensor>,
): { readonly copies: Copies; readonly differences: readonly string[] } {
  const copies: Copy[] = [];
  const differences: string[] = [];
  for (const name of Object.keys(live)) {
    const [to, from] = [live[name]!, saved.get(name)];
    if (from === undefined) {
      differences.push(`parameter \`${name}\` was not saved`);
    } else if (String(to.shape) !== String(from.shape)) {
      differences.push(
        `parameter \`${name}\`: the shape is [${to.shape}], saved was [${from.shape}]`,
      );
    } else if (typeOf(to) !== from.type) {
      differences.push(`parameter \`${name}\` is ${typeOf(to)}, saved was ${from.type}`);
    } else {
      copies.push({ name, from, to });
    }
  }
  const free = Object.keys(live).filter((name) => !saved.has(name));
  for (const name of saved.keys()) {
    if (!Object.hasOwn(live, name)) {
      differences.push(`there is no parameter \`${name}\` now${didYouMean(name, free)}`);
    }
  }
  return { copies, differences };
}

/** What of the state does not fit. */
function stateDifferences(
  optimizer: Checkpointed,
  { state }: Checkpoint,
  options: RestoreOptions,
): readonly string[] {
  try {
    return state
      ? planRestore(optimizer.stateViews(), state, options).report.differences
      : ["the file has no state of an optimizer"];
  } catch (error) {
    if (error instanceof RestoreError) {
      return error.differences;
    }
    throw error;
  }
}

/**
 * Takes over parameters and state, if they fit, or what fits of them if that is enough.
 * @throws {RestoreError} where something differs; nothing is written
 * @throws {CheckpointError} where there is no state, and `partial` is not set
 */
export function restoreFrom(
  checkpoint: Checkpoint,
  optimizer: Checkpointed,
  options: RestoreOptions,
): CheckpointReport {
  checkOptions("load", options, ["partial", "rename"]);
  const { state, metadata } = checkpoint;
  if (state === undefined && !options.partial) {
    throw new CheckpointError(
      "Gradus did not write it, and it has no state of an optimizer: { partial: true } loads its parameters alone",
    );
  }
  const { copies, differences } = compare(
    optimizer.parameters,
    renamed(checkpoint.parameters, options.rename),
  );
  const all = [...new Set([...differences, ...stateDifferences(optimizer, checkpoint, options)])];
  if (all.length > 0 && !options.partial) {
    throw new RestoreError(all);
  }
  const { step, restored, hyper } = state
    ? optimizer.restore(state, options)
    : { step: optimizer.stateViews().step, restored: [], hyper: [] };
  for (const { from, to } of copies) {
    from.copyTo(to.data);
  }
  const parameters = copies.map(({ name }) => name);
  return { step, restored, parameters, differences: all, hyper, metadata };
}
