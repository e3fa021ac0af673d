/** Runs that stop with a file and resume elsewhere, and checks of such files. */
import { readFileSync } from "node:fs";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import type { Rule } from "../../src/index.ts";
import { bind, bitsOf, netOf, type Setting, train } from "./resuming.ts";

const [STOP, END] = [3, 5];

/**
 * A run that is saved to a file and resumes elsewhere.
 * @returns parameters and states, those of the uninterrupted run first
 */
export function goneOn(path: string, makeRule: () => Rule, setting: Setting, elsewhere: Setting) {
  const whole = netOf(setting);
  using uninterrupted = bind(whole, makeRule(), setting);
  train(uninterrupted, whole, 0, STOP);
  saveCheckpoint(path, uninterrupted);
  train(uninterrupted, whole, STOP, END);
  const there = { ...setting, ...elsewhere };
  const after = netOf(there);
  using resumed = bind(after, makeRule(), there);
  loadCheckpoint(path, resumed);
  train(resumed, after, STOP, END);
  return [
    { values: bitsOf(whole), state: uninterrupted.state() },
    { values: bitsOf(after), state: resumed.state() },
  ] as const;
}

/** A matrix and a vector. */
export const shapes = { w: [5, 7], b: [3] } as const;

interface Stepping {
  step(gradients: { readonly w: Float32Array; readonly b: number[] }): unknown;
}

/** An optimizer for these, after some steps. */
export function stepped<O extends Stepping>(optimizer: O, steps = 2): O {
  for (let t = 1; t <= steps; t++) {
    const w = Float32Array.from({ length: 35 }, (_, i) => Math.fround(((i * t) % 7) / 7 - 0.4));
    optimizer.step({ w, b: [t, -t, 0.1] });
  }
  return optimizer;
}

/** The description of the tensors in a file. */
export function headerOf(path: string): Readonly<Record<string, unknown>> {
  const file = readFileSync(path);
  return JSON.parse(file.toString("utf8", 8, 8 + Number(file.readBigUInt64LE())));
}
