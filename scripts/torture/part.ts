/** The interface of a part of the torture. */

/** One finding, with its figures. */
export interface Finding {
  readonly what: string;
  /** How often it was done. */
  readonly times: number;
  readonly figures: string;
}

export interface Scale {
  readonly kills: number;
  readonly inputs: number;
  /** Calls of the command, in a folder with other files. */
  readonly calls: number;
  /** Rounds with several processes in one folder. */
  readonly rounds: number;
  readonly steps: number;
  readonly optimizers: number;
  readonly seed: number;
}

export interface Part {
  readonly name: string;
  /** @throws Error at the first broken promise */
  readonly run: (scale: Scale, tell: (finding: Finding) => void) => void | Promise<void>;
}

export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export const secondsSince = (start: number): string =>
  `${((performance.now() - start) / 1000).toFixed(1)} s`;
