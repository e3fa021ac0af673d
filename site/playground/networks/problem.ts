/** What small networks are trained on: examples with classes. */
export interface Examples {
  readonly count: number;
  /** `count` rows of `features` numbers. */
  readonly inputs: Float32Array;
  /** A class from 0 on for each row. */
  readonly labels: Uint8Array;
}

export interface NetworkProblem {
  readonly name: string;
  readonly features: number;
  readonly classes: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly train: Examples;
  readonly test: Examples;
  /** Examples of a step; all of them where they are few. */
  readonly batch: number;
}
