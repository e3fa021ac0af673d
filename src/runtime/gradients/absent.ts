/** Lets steps leave parameters alone that have no gradient. Only bundles that import `skipAbsent` include this module. */
import type { Begun } from "../binding/ages.ts";
import { type BoundPlan, bindSome, inOwnScopes } from "../binding/binding.ts";
import type { RowGradient } from "../binding/callRecord.ts";
import type { MemoryScope } from "../memory/memory.ts";
import { GatheredLoops } from "./gathered.ts";
import { SparseGradient } from "./sparse.ts";

const none: RowGradient = {
  rows: new Int32Array(0),
  values: new Float32Array(0),
  width: 0,
  absent: true,
  elementAt: () => -1,
  Loops: GatheredLoops,
};

/** A gradient without rows, for any parameter. States of one number stay as they are, too. */
class NoGradient extends SparseGradient {
  override check(): void {}

  override gather(): RowGradient {
    return none;
  }
}

const isAbsent = (tensor: BoundPlan["execution"]["tensors"][number]): boolean =>
  tensor.gathered === none;

/** How steps leave parameters alone. */
export interface Absence {
  /** @internal The gradient to use if one is null or undefined. */
  readonly gradient: SparseGradient;
  /**
   * @internal Splits executions so that each is skipped or stepped as a whole, because the two parts no longer have the same age.
   *   @returns the new executions and their scopes; undefined if nothing has to be split
   */
  part(bound: readonly BoundPlan[]): readonly [BoundPlan[], readonly MemoryScope[]] | undefined;
  /** @internal Makes the parameters that this step has skipped younger by one. */
  wait(bound: readonly BoundPlan[], begun: Begun): Begun;
}

/**
 * For `optimize(net, rule, { absent: skipAbsent })`: a step skips each parameter whose gradient is null or undefined, as PyTorch
 * does if `grad` is None. The parameter stays as it is, and so do its state, its age and its averages. Norms and sums over all
 * gradients are over those that are there.
 *
 * @example
 * const optimizer = optimize(net, adam(), { absent: skipAbsent });
 * optimizer.step({ w: new Float32Array(6).fill(1), b: null });
 */
export const skipAbsent: Absence = {
  gradient: new NoGradient([], []),

  part(bound) {
    const isUniform = ({ execution: { tensors } }: BoundPlan) =>
      tensors.every((tensor) => isAbsent(tensor) === isAbsent(tensors[0]!));
    if (bound.every(isUniform)) {
      return undefined;
    }
    return inOwnScopes((scopeFor) =>
      bound.flatMap((each) => {
        const { execution, source } = each;
        return isUniform(each)
          ? each
          : [false, true].map((absent) => {
              const some = execution.tensors.filter((tensor) => isAbsent(tensor) === absent);
              const tensors = some.map(({ tensor }) => tensor);
              const ages = { ...source.ages, parts: { ...source.ages.parts } };
              return bindSome(each, tensors, ages, scopeFor(source.scope));
            });
      }),
    );
  },

  wait(bound, begun) {
    const waiting = bound.filter(({ execution: { tensors } }) => isAbsent(tensors[0]!));
    const younger = waiting.flatMap(({ plan, source: { ages }, execution }) => {
      for (const { name } of plan.rule.parts) {
        ages.parts[name] = (ages.parts[name] ?? 0) + 1;
      }
      execution.ages.set(ages);
      return plan.tensors.map(({ name }) => [name, { ...ages.parts }] as const);
    });
    return younger.length === 0
      ? begun
      : { ...begun, parts: { ...begun.parts, ...Object.fromEntries(younger) } };
  },
};
