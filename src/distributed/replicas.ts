/** Checks once, before the first step, that all ranks train the same. */
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";
import { RankError } from "./errors.ts";
import { type Facts, firstDifference, parameterFacts, ruleFacts } from "./facts.ts";
import { broadcastFirstText } from "./gather.ts";

/** Options of this rank besides its optimizer, by name. They must be equal on all ranks. */
export type SharedOptions = Readonly<Record<string, unknown>>;

/** The version of the state and the seed, also of inner optimizers. */
function stateFacts(state: OptimizerState, within: string): Facts {
  const nested = Object.entries(state.nested).flatMap(([name, each]) =>
    stateFacts(each, ` in ${name}`),
  );
  return [
    [`the version of the state${within}`, String(state.version)],
    [`\`seed\`${within}`, String(state.seed)],
    ...nested,
  ];
}

function factsOf(optimizer: AnyOptimizer, options: SharedOptions): Facts {
  const parameters = optimizer.parameters as Readonly<Record<string, AnyParameter>>;
  const state = optimizer.stateViews();
  return [
    ["the list of parameters", Object.keys(parameters).sort().join(", ")],
    ["the list of trained parameters", [...optimizer.trained].sort().join(", ")],
    ...parameterFacts(parameters),
    ...ruleFacts(state, "the "),
    ...stateFacts(state, ""),
    ...Object.entries(options).map(
      ([key, value]) => [`the option \`${key}\``, String(value)] as const,
    ),
  ];
}

/** The first difference between this rank and rank 0, as a sentence. */
function sentenceOf(mine: Facts, theirs: Facts): string | undefined {
  const difference = firstDifference(new Map(theirs), new Map(mine));
  return (
    difference && `${difference.name} is ${difference.now}, and ${difference.before} on rank 0`
  );
}

/**
 * Compares all ranks with rank 0.
 * @throws {RankError} on all ranks: it names the first rank that differs, and its first difference
 */
export function* checkReplicas(
  communicator: Communicator,
  optimizer: AnyOptimizer,
  options: SharedOptions,
): Coroutine<void> {
  const mine = factsOf(optimizer, options);
  const isFirst = communicator.rank === 0;
  const reference = yield* broadcastFirstText(
    communicator,
    isFirst ? JSON.stringify(mine) : undefined,
  );
  const difference = yield* broadcastFirstText(
    communicator,
    sentenceOf(mine, JSON.parse(reference!.text) as Facts),
  );
  if (difference !== undefined) {
    throw new RankError(
      difference.rank,
      `rank ${difference.rank} differs from rank 0: ${difference.text}. Pass the same parameters, rule and options on all ranks; nothing was updated`,
    );
  }
}

/** Gives all ranks the parameters of rank 0. */
export function* broadcastParameters(
  communicator: Communicator,
  { parameters }: AnyOptimizer,
): Coroutine<void> {
  const all = parameters as Readonly<Record<string, AnyParameter>>;
  for (const name of Object.keys(all).sort()) {
    yield communicator.broadcast(all[name]!.data, 0);
  }
}
