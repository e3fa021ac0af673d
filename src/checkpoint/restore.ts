/** Compares all of a checkpoint with an optimizer, and then takes it over. */
import { checkOptions, RestoreError } from "../runtime/errors.ts";
import type { StoredElements } from "../runtime/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import { planRestore, type RestoreOptions, type RestoreReport } from "../runtime/restore.ts";
import { type StoredArray, withArrays } from "../runtime/state.ts";
import { didYouMean } from "../suggest.ts";
import type { Checkpoint, StoredTensor } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import type { CheckpointMetadata } from "./manifest.ts";
import type { Checkpointed } from "./source.ts";
import { keptAs } from "./types.ts";

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
  readonly to: AnyParameter;
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
    } else if (keptAs(to) !== from.type) {
      differences.push(`parameter \`${name}\` is ${keptAs(to)}, saved was ${from.type}`);
    } else if (to.data.length !== from.length) {
      differences.push(`parameter \`${name}\`: its array was taken away`);
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

/**
 * Compares, and reads all that is to be taken over, if it fits, or what fits of it if that is enough.
 * @returns what takes it over, and reads nothing any more
 * @throws {RestoreError} where something differs
 * @throws {CheckpointError} where there is no state, and `partial` is not set, or an array cannot be read
 */
export function prepare(
  { state, metadata, parameters: saved }: Checkpoint,
  optimizer: Checkpointed,
  options: RestoreOptions,
): () => CheckpointReport {
  checkOptions("load", options, ["partial", "rename"]);
  if (state === undefined && !options.partial) {
    throw new CheckpointError(
      "Gradus did not write it, and it has no state of an optimizer: { partial: true } loads its parameters alone",
    );
  }
  const found = compare(optimizer.parameters, renamed(saved, options.rename));
  const live = optimizer.stateViews();
  const plan = state && planRestore(live, state, { ...options, partial: true });
  const ofState = plan?.report.differences ?? ["the file has no state of an optimizer"];
  const differences = [...new Set([...found.differences, ...ofState])];
  if (differences.length > 0 && !options.partial) {
    throw new RestoreError(differences);
  }
  const wanted = [...found.copies, ...(plan?.copies ?? [])].map(({ from }) => from);
  const arrays = readAll(wanted);
  const held = state && withArrays(state, (each) => arrays.get(each) ?? each);
  return () => {
    const { step, restored, hyper } = held
      ? optimizer.restore(held, options)
      : { step: live.step, restored: [], hyper: [] };
    for (const { from, to } of found.copies) {
      to.data.set(arrays.get(from)!);
    }
    const parameters = found.copies.map(({ name }) => name);
    return { step, restored, parameters, differences, hyper, metadata };
  };
}

type Stored = StoredElements | StoredArray;

function readAll(wanted: readonly Stored[]): ReadonlyMap<Stored, StoredElements> {
  return new Map(
    [...new Set(wanted)].map((each) => [each, "read" in each ? each.read() : each] as const),
  );
}
