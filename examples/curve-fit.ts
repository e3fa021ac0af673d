// Fits a decay curve to measurements, three of which are wrong, and computes the half-life with its standard error.
import { curveFit } from "gradus/minimize";

export const times = Array.from({ length: 25 }, (_, i) => i / 2);
/** The counts of a detector, in thousands. Three readings were disturbed. */
export const counts = times.map((time, i) => {
  const wobble = 0.12 * Math.sin(7 * i) + 0.08 * Math.cos(13 * i);
  return 8 * Math.exp(-0.35 * time) + 1 + wobble + ([4, 11, 17].includes(i) ? 3 : 0);
});

const decay = (time: number, { a, rate, floor }: { a: number; rate: number; floor: number }) =>
  a * Math.exp(-rate * time) + floor;

// With a robust loss, points far from the curve hardly count.
export const fitted = curveFit(
  decay,
  times,
  counts,
  { a: 1, rate: 1, floor: 0 },
  {
    loss: "cauchy",
    lossScale: 0.2,
  },
);

const { rate } = fitted.x;
const error = fitted.standardErrors.rate!;
console.log(fitted.message);
console.log(
  `half-life: ${(Math.LN2 / rate).toFixed(2)} ± ${((Math.LN2 / rate ** 2) * error).toFixed(2)}`,
);
