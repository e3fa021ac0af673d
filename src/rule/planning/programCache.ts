/** Remembers recent results for rules, such as their programs, so that a rule that is bound again is not compiled again. */
import type { Definition, HyperValue, HyperValues, Rule } from "../definition.ts";

/** More than an application needs. A search over settings that decide a rule's form can need many. */
const most = 64;

const numbers = new WeakMap<Definition, number>();
let count = 0;

function numberOf(definition: Definition): number {
  const known = numbers.get(definition) ?? count++;
  numbers.set(definition, known);
  return known;
}

/** As much of a hyperparameter as a program may depend on: a schedule's values are only read at each step. */
const formOf = (value: HyperValue | undefined): string =>
  typeof value === "function" ? "a schedule" : String(value);

/** Hyperparameters that record which of them were read. */
class Asked extends Map<string, HyperValue> {
  readonly forms = new Map<string, string>();

  override get(name: string): HyperValue | undefined {
    const value = super.get(name);
    this.forms.set(name, formOf(value));
    return value;
  }
}

interface Remembered<P> {
  readonly key: string;
  /** The hyperparameters that were read. All others do not change the program. */
  readonly asked: ReadonlyMap<string, string>;
  readonly program: P;
}

function keyOf({ parts }: Pick<Rule, "parts">, rest: readonly unknown[]): string {
  const definitions = parts.map(({ name, definition }) => [name, numberOf(definition)]);
  return JSON.stringify([definitions, rest]);
}

/**
 * Wraps `plan` so that it returns the same program for equal input.
 * @param keyed selects the other arguments that the result depends on; all by default
 */
export function remembering<
  P,
  Rest extends readonly unknown[],
  R extends Pick<Rule, "parts"> = Rule,
>(
  plan: (rule: R, hyper: HyperValues, ...rest: Rest) => P,
  keyed: (...rest: Rest) => readonly unknown[] = (...rest) => rest,
): (rule: R, hyper: HyperValues, ...rest: Rest) => P {
  /** The most recent is the last. */
  const known: Remembered<P>[] = [];
  return (rule, hyper, ...rest) => {
    const key = keyOf(rule, keyed(...rest));
    const at = known.findIndex(
      (each) =>
        each.key === key &&
        [...each.asked].every(([name, form]) => formOf(hyper.get(name)) === form),
    );
    if (at >= 0) {
      known.push(...known.splice(at, 1));
    } else {
      const asked = new Asked(hyper);
      known.push({ key, program: plan(rule, asked, ...rest), asked: asked.forms });
      known.splice(0, known.length - most);
    }
    return known.at(-1)!.program;
  };
}
