/** Every exported schedule with options that show its effect, over about ninety steps. */
import * as s from "../../src/index.ts";

const ends = { initial: 1, steps: 90 };
const fall = s.exponential({ initial: 1, gamma: 0.97 });
/** A loss that sometimes stops falling. */
const loss = (step: number) => 1 / Math.ceil(step / 25) + 0.001 * (step % 5);
/** The rate of a plateau schedule after that many losses. */
function onPlateau(step: number): number {
  const lr = s.reduceOnPlateau({ initial: 1, factor: 0.5, patience: 8 });
  for (let observed = 1; observed <= step; observed++) lr.observe(loss(observed));
  return lr(step);
}

/** For each exported schedule: options in words, and the schedule. */
export const curves: Readonly<
  Record<keyof typeof s.schedules, Readonly<Record<string, s.Schedule>>>
> = {
  constant: { "": s.constant(0.6) },
  inverseTime: { "decay 0.1": s.inverseTime({ initial: 1, decay: 0.1 }) },
  stepDecay: { "gamma 0.5": s.stepDecay({ initial: 1, gamma: 0.5, every: 20 }) },
  multiStep: { "gamma 0.4": s.multiStep({ initial: 1, gamma: 0.4, milestones: [50, 75] }) },
  exponential: {
    smooth: fall,
    staircase: s.exponential({ initial: 1, gamma: 0.5, steps: 20, staircase: true }),
    final: s.exponential({ initial: 1, gamma: 0.9, final: 0.2 }),
  },
  multiplicative: {
    "factor(k)": s.multiplicative({ initial: 1, factor: (k) => 1 - (0.06 * (k % 20)) / 20 }),
  },
  polynomial: {
    "power 2": s.polynomial({ ...ends, power: 2 }),
    "0.5": s.polynomial({ ...ends, power: 0.5 }),
    "kDecay 3": s.polynomial({ ...ends, kDecay: 3 }),
  },
  linear: {
    up: s.linear({ initial: 0.1, final: 1, steps: 40 }),
    down: s.linear({ initial: 1, final: 0.1, steps: 90 }),
  },
  inverseSqrt: {
    "timescale 1": s.inverseSqrt({ initial: 1 }),
    "timescale 20": s.inverseSqrt({ initial: 1, timescale: 20 }),
  },
  noam: { "": s.noam({ modelSize: 1 / 20, warmup: 20 }) },
  rex: { "": s.rex(ends) },
  tanh: {
    "-7 to 3": s.tanh(ends),
    "-4 to 4": s.tanh({ ...ends, lower: -4, upper: 4 }),
  },
  cosine: {
    plain: s.cosine(ends),
    "exponent 3": s.cosine({ ...ends, exponent: 3 }),
    "kDecay 3": s.cosine({ ...ends, kDecay: 3 }),
  },
  cosineWarmRestarts: {
    "stepsFactor 2": s.cosineWarmRestarts({ initial: 1, steps: 14, stepsFactor: 2 }),
    "gamma 0.7": s.cosineWarmRestarts({ initial: 1, steps: 25, gamma: 0.7 }),
  },
  cyclic: {
    triangular: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17 }),
    triangular2: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "triangular2" }),
    expRange: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "expRange", gamma: 0.985 }),
  },
  oneCycle: {
    cosine: s.oneCycle({ peak: 1, steps: 90 }),
    linear: s.oneCycle({ peak: 1, steps: 90, anneal: "linear" }),
    threePhase: s.oneCycle({ peak: 1, steps: 90, threePhase: true }),
  },
  piecewise: {
    none: s.piecewise({ values: [0.3, 1, 0.5, 0.1], boundaries: [20, 50, 90] }),
    linear: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "linear",
    }),
    cosine: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "cosine",
    }),
  },
  warmup: {
    "to 0.6": s.warmup({ steps: 20, peak: 0.6 }),
    "to exponential": s.warmup({ steps: 20, peak: fall }),
  },
  warmupCosine: { "": s.warmupCosine({ peak: 1, warmup: 20, steps: 90 }) },
  wsd: {
    "1-sqrt": s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90 }),
    cosine: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "cosine" }),
    linear: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "linear" }),
  },
  cooldown: {
    "from exponential": s.cooldown({ initial: fall, start: 40, steps: 20, final: 0.6 }),
    "1-sqrt": s.cooldown({ initial: 0.9, start: 60, steps: 30 }),
  },
  join: {
    "cosine, cosine": s.join(
      [s.cosine({ initial: 1, final: 0.3, steps: 60 }), s.cosine({ initial: 0.6, steps: 30 })],
      [60],
    ),
  },
  scaled: {
    "cyclic × exponential": s.scaled(s.cyclic({ initial: 0.3, peak: 1, stepsUp: 8 }), fall),
  },
  reduceOnPlateau: { "patience 8": onPlateau },
};
