/** Parameters that a step is given no gradient of, and leaves alone. Brought along by whoever asks for it. */
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

/** No rows, of any parameter; and state of one number stays, too. */
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
  /** @internal What stands for the gradient. */
  readonly gradient: SparseGradient;
  /**
   * @internal An execution for what this step leaves alone and one for the rest, which will not be of one age, with the
   * scopes that they are in; undefined if they have such.
   */
  part(bound: readonly BoundPlan[]): readonly [BoundPlan[], readonly MemoryScope[]] | undefined;
  /** @internal What this step has left alone is younger by it. */
  wait(bound: readonly BoundPlan[], begun: Begun): Begun;
}

/**
 * For `optimize(net, rule, { absent: skipAbsent })`: a step skips each parameter whose gradient is null or undefined, as
 * PyTorch does where `grad` is None. It stays as it is, with its state, its age and its averages; norms and sums over all
 * gradients are of those that are there.
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
