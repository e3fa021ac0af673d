/** What a part of the torture is, and what it leaves. */

/** One thing that was done, and the figures of it. */
export interface Finding {
  readonly what: string;
  /** How often. */
  readonly times: number;
  readonly figures: string;
}

export interface Scale {
  readonly kills: number;
  readonly inputs: number;
  /** Of the command, among files of others. */
  readonly calls: number;
  /** Of several processes in one folder. */
  readonly rounds: number;
  readonly steps: number;
  readonly optimizers: number;
  readonly seed: number;
}

export interface Part {
  readonly name: string;
  /** @throws Error at the first thing that is not as promised */
  readonly run: (scale: Scale, tell: (finding: Finding) => void) => void | Promise<void>;
}

export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export const secondsSince = (start: number): string =>
  `${((performance.now() - start) / 1000).toFixed(1)} s`;
