/** Checks that each part of a chain is at a place where it has an effect. */
import type { Part, Rule } from "../definition.ts";
import { BindingError } from "../errors.ts";
import { statementsOf } from "../language/statements.ts";
import { type Node, reachable, type Store } from "./graph.ts";

/** The values after a part of a chain, which the next part sees. */
export interface Flow {
  readonly g: Node;
  readonly p: Node;
  readonly u: Node | undefined;
  /** The states of all parts so far. */
  readonly stores: number;
}

const assigns = (part: Part, name: string): boolean =>
  statementsOf(part.definition).some(({ target }) => target === name);

const isOptimizer = ({ role }: Part): boolean => role === "optimizer";

/** What to write in place of a clip after the optimizer. */
function limitingUpdate({ name }: Part["definition"]): string {
  return name.startsWith("clipBy")
    ? `; to limit the direction instead, write ${name.replace("clipBy", "clipUpdateBy")}`
    : "";
}

/** Whether it may move any weights into a set. A part with state, such as Mechanic, moves only the weights that it tracks. */
const isProjection = (part: Part): boolean =>
  part.definition.behind === true &&
  assigns(part, "p") &&
  Object.keys(part.definition.state ?? {}).length === 0;

/** @throws {BindingError} where an optimizer comes after a part that must come after all optimizers */
function checkBehind({ parts }: Rule): void {
  const last = parts.findLastIndex(isOptimizer);
  for (const [index, part] of parts.slice(0, Math.max(0, last)).entries()) {
    const optimizer = part.definition.behind && parts.slice(index + 1).find(isOptimizer);
    if (optimizer) {
      throw new BindingError(
        `${part.name} stands before ${optimizer.name} and would not see its step: write chain(${optimizer.definition.name}(), ${part.definition.name}())`,
      );
    }
  }
}

function refuseUnread(part: Part, before: Part | undefined, later: Part | undefined): never {
  const { definition, name } = part;
  if (isOptimizer(part)) {
    throw new BindingError(
      `${name} has no effect: ${later?.name ?? "the rest"} behind it does not use its direction. Remove one, or give each its own parameters with partition()`,
    );
  }
  const where = before === undefined ? "" : `, behind ${before.name}`;
  const example = before?.definition.name ?? "adam";
  throw new BindingError(
    `${name} has no effect${where}: nothing reads the gradient any more. Write chain(${definition.name}(), ${example}())${limitingUpdate(definition)}`,
  );
}

/**
 * @param flows the values before the first part, and after each part
 * @param stores the stores of the chain: the parameter, then the states of the parts in order
 * @throws {BindingError} where nothing reads a part's changes to g, u or p
 */
export function checkOrder(rule: Rule, flows: readonly Flow[], stores: readonly Store[]): void {
  checkBehind(rule);
  const [parameter, ...states] = stores;
  const read = new Set(reachable([parameter!.value]));
  let unread = -1;
  // Backwards: a part's results must be used by the parameter, or by the state of a later part.
  for (const [index, part] of [...rule.parts.entries()].reverse()) {
    const [before, behind] = [flows[index]!, flows[index + 1]!];
    const later = states.slice(behind.stores, flows[index + 2]?.stores).map(({ value }) => value);
    for (const node of reachable(later, (each) => read.has(each))) {
      read.add(node);
    }
    const made = (["g", "u", "p"] as const).flatMap((name) =>
      assigns(part, name) && behind[name] !== before[name] ? (behind[name] ?? []) : [],
    );
    if (made.length > 0 && !made.some((node) => read.has(node))) {
      unread = index;
    }
  }
  if (unread >= 0) {
    const optimizer = rule.parts.slice(0, unread).findLast(isOptimizer);
    const next = rule.parts.slice(unread + 1).find((each) => assigns(each, "u"));
    refuseUnread(rule.parts[unread]!, optimizer, next);
  }
}

/**
 * The parts after the one whose weights are evaluated that must also be applied to these weights.
 * @throws {BindingError} where this is not possible, because the weights are computed from parameters that one has moved
 */
export function projectionsBehind({ parts }: Rule): readonly Part[] {
  for (const [index, part] of parts.entries()) {
    const text = part.definition.evaluation ?? "";
    const states = Object.keys(part.definition.state ?? {});
    const reads = (name: string) => new RegExp(`\\b${name}\\b`).test(text);
    const isMade = reads("p") && states.some(reads);
    const mover = isMade && parts.slice(index + 1).find((each) => assigns(each, "p"));
    if (mover) {
      throw new BindingError(
        `${mover.name} cannot stand behind ${part.name}: it changes the parameters, but the weights to evaluate are computed from other state too. Use another optimizer with ${mover.name}`,
      );
    }
  }
  const evaluated = parts.findLastIndex(({ definition }) => definition.evaluation !== undefined);
  return evaluated < 0 ? [] : parts.slice(evaluated + 1).filter(isProjection);
}
