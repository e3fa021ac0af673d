/**
 * The guides in groups. Each is a file of `docs/`. A test checks that each file is in a group, because others are not in the
 * site.
 */
export const groups: readonly (readonly [title: string, names: readonly string[]])[] = [
  [
    "Begin",
    [
      ...["first-steps", "compose", "how-to-choose", "schedules", "groups", "sparse", "averages"],
      ...["checkpoints", "threads", "gpu", "glossary"],
    ],
  ],
  ["More", ["wrappers", "storage", "remap", "options", "errors", "examples"]],
  ["Networks and functions", ["autodiff", "minimize", "least-squares"]],
  ["Come from elsewhere", ["from-pytorch", "from-optax", "from-tensorflow-js", "differences"]],
  [
    "Together with",
    ["tensorflow-js", "jax-js", "distributed", "distributed-outer", "distributed-scale"],
  ],
  ["What was measured", ["claims", "convergence", "comparisons", "engines", "reliability"]],
  ["Work on it", ["architecture", "add-an-optimizer", "add-an-operator", "backends", "decisions"]],
];
