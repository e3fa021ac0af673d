/** Guides whose code blocks run unchanged, on the sources and in a user's project. */
export const guides: readonly string[] = [
  "docs/first-steps.md",
  "docs/compose.md",
  "docs/groups.md",
  "docs/sparse.md",
  "docs/averages.md",
  "docs/checkpoints.md",
  "docs/threads.md",
  "docs/gpu.md",
  "docs/add-an-optimizer.md",
  "docs/add-an-operator.md",
];
