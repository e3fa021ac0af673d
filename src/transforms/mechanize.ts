import { defineTransform } from "../builtIn.ts";

/** How fast each of the tuners forgets; together they find out which is right. */
const betas = [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];
const of = (name: string) => betas.map((_, i) => `${name}${i + 1}`);
const scalars = (name: string, initial: number | string) =>
  Object.fromEntries(of(name).map((each) => [each, { kind: "scalar", initial }] as const));

const tuners = betas.map((beta, index) =>
  `
    c# = clamp(h, -m#, m#)
    m# = max(${beta} * m#, abs(h) + eps)
    v# = ${beta}^2 * v# + h^2
    r# = ${beta} * r# + c# * s#
    s# = (sInit / ${betas.length} * m# + max(0, r#)) / (sqrt(v#) + eps)`.replaceAll(
    "#",
    String(index + 1),
  ),
);

/**
 * Mechanic: learns by how much to scale all that the optimizer has done since the start.
 *
 * Options: `weightDecay` pulls the scale towards less (default 0.01), `sInit` the first scale (1e-6),
 * `eps` added to divisors (1e-8). It stands behind an optimizer, last in a chain; leave the
 * optimizer's `lr` at 1, or at a schedule from 1.
 * Ranges: `weightDecay` [0, inf); `sInit`, `eps` (0, inf).
 * State: `p0`, where the parameters began, and `delta`, the optimizer's updates added up, one value
 * an element each; `s1` to `s6`, parts of the scale, and their `m`, `v` and `r`, the same for all
 * tensors.
 *
 * Cutkosky, Defazio & Mehta, 2023, "Mechanic: A Learning Rate Tuner", algorithm 1, as
 * optax.contrib.mechanize has it, but for `delta`: Optax computes it again from the parameters, over
 * the scale + eps, which loses digits while the scale is small. The authors' mechanic_pytorch starts
 * the scale at 0, sInit at 1e-8, and does not bound `h`. Not in PyTorch or Keras.
 *
 * @example optimize(net, chain(adamw({ lr: 1 }), mechanize()))
 */
export const mechanize = defineTransform({
  name: "mechanize",
  title: "Mechanic",
  summary: "Learns by how much to scale all that the optimizer has done since the start.",
  paper:
    "Cutkosky, Defazio & Mehta, 2023, Mechanic: A Learning Rate Tuner, https://arxiv.org/abs/2306.00144",
  hyper: { weightDecay: 0.01, sInit: 1e-6, eps: 1e-8 },
  ranges: { weightDecay: "[0, inf)", sInit: "(0, inf)", eps: "(0, inf)" },
  state: {
    p0: "p",
    delta: 0,
    ...scalars("m", 0),
    ...scalars("v", 0),
    ...scalars("r", 0),
    ...scalars("s", "sInit"),
  },
  symbols: { p0: "theta0" },
  behind: true,
  rule: `
    scale = ${of("s").join(" + ")}
    x = p0 + scale * delta
    pull = weightDecay * scale * globalNorm(g) / (globalNorm(x) + eps)
    h = -(globalSum(g * delta) + pull * globalSum(x * delta))
    ${tuners.join("")}
    delta = delta + (p - x)
    p = p0 + (${of("s").join(" + ")}) * delta
  `,
});
