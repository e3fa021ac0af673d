/**
 * A hyperparameter's value at each step: a pure function of the step's number, without state, so
 * that any step may be asked for in any order and a resumed run needs nothing but its step counter.
 *
 * `step` is `t` of the rule language: 1 for the first update, then 2, 3 and so on, always a whole
 * number. Any function of this type serves, hand-written ones included:
 * `adam({ lr: (step) => 1e-3 / step })`.
 *
 * The `name` of a built-in schedule describes it: `linear(initial 0.1, final 0, steps 100)`.
 */
export type Schedule = (step: number) => number;

/**
 * The number of updates completed before this one: `k = step - 1`.
 *
 * The built-in schedules are defined over `k`. PyTorch's schedulers (`last_epoch`) and Optax's
 * schedules (`count`) start at 0 as well, so the first update uses exactly the value that theirs
 * uses, and so does every later one.
 */
export function updatesBefore(step: number): number {
  return step - 1;
}
