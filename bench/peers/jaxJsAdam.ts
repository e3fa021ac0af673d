/** Adam with the arrays of jax-js. Its own optimizers are in another package, which is not on npm. */
import type { Hyper } from "./peer.ts";

/** Arrays are reference-counted: a function disposes its arguments, unless it gets their `ref`. */
export interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(): JaxArray;
  sum(): JaxArray;
  data(): Promise<Float32Array>;
  dispose(): void;
}

export type Arrays = readonly JaxArray[];

export interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R;
  valueAndGrad<A extends unknown[]>(
    f: (parameters: Arrays, ...args: A) => JaxArray,
  ): (parameters: Arrays, ...args: A) => [JaxArray, Arrays];
  blockUntilReady<T>(tree: T): Promise<T>;
  readonly tree: { ref<T>(tree: T): T };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
  };
  readonly lax: {
    convGeneralDilated(
      x: JaxArray,
      filters: JaxArray,
      strides: readonly number[],
      padding: readonly (readonly [number, number])[],
    ): JaxArray;
    reduceWindow(
      x: JaxArray,
      computation: (window: JaxArray) => JaxArray,
      window: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
  readonly numpy: {
    array(data: Float32Array): JaxArray;
    zerosLike(x: JaxArray): JaxArray;
    max(x: JaxArray): JaxArray;
    dot(a: JaxArray, b: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
  };
}

export interface AdamState {
  readonly p: Arrays;
  readonly m: Arrays;
  readonly v: Arrays;
}

/** The reciprocals of the bias corrections: arrays, so that a compiled step takes them as arguments. */
export type Corrections = readonly [JaxArray, JaxArray];

export function correctionsAt(jax: Jax, t: number, { beta1, beta2 }: Hyper): Corrections {
  const scalar = (value: number) => jax.numpy.array(new Float32Array([value])).reshape([]);
  return [scalar(1 / (1 - beta1 ** t)), scalar(1 / (1 - beta2 ** t))];
}

/** Adam, or AdamW if `weightDecay` is not 0. */
export function updateOf(jax: Jax, { lr, beta1, beta2, eps, weightDecay }: Hyper) {
  const { sqrt, square } = jax.numpy;
  return (state: AdamState, gradients: Arrays, corrections: Corrections): AdamState => {
    const m = state.m.map((each, i) => each.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
    const v = state.v.map((each, i) => each.mul(beta2).add(square(gradients[i]!).mul(1 - beta2)));
    const [first, second] = corrections;
    const p = state.p.map((each, i) => {
      const last = i === state.p.length - 1;
      const mHat = m[i]!.ref.mul(last ? first : first.ref);
      const vHat = v[i]!.ref.mul(last ? second : second.ref);
      const kept = weightDecay === 0 ? each : each.mul(1 - lr * weightDecay);
      return kept.sub(mHat.mul(lr).div(sqrt(vHat).add(eps)));
    });
    return { p, m, v };
  };
}

export function initialState(jax: Jax, p: Arrays): AdamState {
  const zeros = () => p.map((each) => jax.numpy.zerosLike(each.ref));
  return { p, m: zeros(), v: zeros() };
}
