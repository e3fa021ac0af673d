/** Whether all ranks are about to train the same: compared once, before the first step. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { Communicator } from "./communicator.ts";
import { RankError } from "./errors.ts";
import { type Exchange, firstSaid } from "./exchange.ts";

/** What a rank trains, by what each of it is called in a sentence. */
type Terms = Readonly<Record<string, string>>;

/** What ranks were given besides an optimizer, by the names of options. */
export type Given = Readonly<Record<string, unknown>>;

function stateTerms(state: OptimizerState, within: string): [string, string][] {
  const groups = state.groups.flatMap(({ parameters, rule, hyper, storages = {} }) =>
    parameters.flatMap((name): [string, string][] => [
      [`the rule of \`${name}\`${within}`, rule],
      ...Object.entries(hyper).map(([key, value]): [string, string] => [
        `\`${key}\` of \`${name}\`${within}`,
        String(value),
      ]),
      ...Object.entries(storages).map(([slot, storage]): [string, string] => [
        `the storage of \`${slot}\` of \`${name}\`${within}`,
        storage,
      ]),
    ]),
  );
  const nested = Object.entries(state.nested).flatMap(([name, each]) =>
    stateTerms(each, ` in ${name}`),
  );
  return [
    [`the form of its state${within}`, String(state.version)],
    [`\`seed\`${within}`, String(state.seed)],
    ...groups,
    ...nested,
  ];
}

function termsOf(optimizer: AnyOptimizer, given: Given): Terms {
  const parameters = optimizer.parameters as Readonly<Record<string, AnyParameter>>;
  const names = Object.keys(parameters).sort();
  return Object.fromEntries([
    ["its list of parameters", names.join(", ")],
    ["its list of parameters that steps change", [...optimizer.trained].sort().join(", ")],
    ...names.flatMap((name): [string, string][] => {
      const { shape, data, storage } = parameters[name]!;
      const type = storage?.name ?? (data.BYTES_PER_ELEMENT === 8 ? "float64" : "float32");
      return [
        [`the shape of \`${name}\``, `[${shape.join(", ")}]`],
        [`the type of \`${name}\``, type],
      ];
    }),
    ...stateTerms(optimizer.stateViews(), ""),
    ...Object.entries(given).map(([key, value]) => [`the option \`${key}\``, String(value)]),
  ]);
}

/** How this rank differs from the first, in a sentence. */
function differenceOf(mine: Terms, theirs: Terms): string | undefined {
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const key = keys.find((each) => mine[each] !== theirs[each]);
  return key && `${key} is ${mine[key] ?? "not there"}, that of rank 0 ${theirs[key] ?? "is not"}`;
}

/**
 * Compares what all ranks have with what the first has.
 * @throws {RankError} on all ranks, with what differs on the first that differs
 */
export function* agree(
  communicator: Communicator,
  optimizer: AnyOptimizer,
  given: Given,
): Exchange<void> {
  const mine = termsOf(optimizer, given);
  const isFirst = communicator.rank === 0;
  const said = yield* firstSaid(communicator, isFirst ? JSON.stringify(mine) : undefined);
  const difference = yield* firstSaid(
    communicator,
    differenceOf(mine, JSON.parse(said!.text) as Terms),
  );
  if (difference !== undefined) {
    throw new RankError(
      difference.rank,
      `rank ${difference.rank} does not train what rank 0 does: ${difference.text}. Nothing was updated`,
    );
  }
}

/** Gives all ranks the parameters of the first. */
export function* sameParameters(
  communicator: Communicator,
  { parameters }: AnyOptimizer,
): Exchange<void> {
  const all = parameters as Readonly<Record<string, AnyParameter>>;
  for (const name of Object.keys(all).sort()) {
    yield communicator.broadcast(all[name]!.data, 0);
  }
}
