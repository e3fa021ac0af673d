/** The guides, in groups: each is a file of `docs/`. A file that is in no group is not in the site; a test holds that none is forgotten. */
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
