/** The figures by name. Each is loaded when it comes into view. */
import type { LiveFigure } from "./figure.ts";

type Load = () => Promise<{ readonly figure: LiveFigure }>;
/** Drops the types of a figure's controls, so that code can handle all figures alike. */
const load = (module: Promise<{ readonly figure: object }>) =>
  module as Promise<{ readonly figure: LiveFigure }>;

export const figures: Readonly<Record<string, Load>> = {
  rate: () => load(import("./descent/rate.ts")),
  batch: () => load(import("./descent/batch.ts")),
  schedules: () => load(import("./descent/schedules.ts")),
  adagrad: () => load(import("./descent/adagrad.ts")),
  rmsprop: () => load(import("./descent/rmsprop.ts")),
  units: () => load(import("./descent/units.ts")),
  valley: () => load(import("./descent/valley.ts")),
  assemble: () => load(import("./adam/assemble.ts")),
  correction: () => load(import("./adam/correction.ts")),
  rare: () => load(import("./adam/rare.ts")),
  axes: () => load(import("./adam/axes.ts")),
  decay: () => load(import("./adam/decay.ts")),
  variants: () => load(import("./adam/variants.ts")),
  muon: () => load(import("./adam/muon.ts")),
  counterexample: () => load(import("./adam/counterexample.ts")),
};
