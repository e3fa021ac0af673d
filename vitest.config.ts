import { availableParallelism } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { takesShipped } from "./tests/support/builds.ts";

/** Tests of what is built. */
const built = [
  "tests/package.test.ts",
  "tests/alone.test.ts",
  "tests/optionComments.test.ts",
  "tests/command/**/*.test.ts",
  "tests/compositions/built.test.ts",
  "tests/engines/**/*.test.ts",
];

/** Tests of the site as it is built. */
const site = ["tests/site/**/*.test.ts"];

/** Tests of what users call, which run on the sources and on what is shipped. */
const shared = [
  "src/runtime/**/{changeParameters,evaluation,groups,partition,restore,scalars,setHyper,sparse,zeroing}.test.ts",
  "src/wrappers/*.test.ts",
  "tests/{reference,resume}.test.ts",
  "tests/jax-js/*.test.ts",
  "tests/seams/{contract,makers,nesting}.test.ts",
  "tests/situations/*.test.ts",
  "tests/storages/*.test.ts",
];

/**
 * Milliseconds that a test may take, and what it prepares. Only what hangs is ended: on a machine that is slow, or does much
 * else, a test of seconds may take many minutes.
 */
const limits = { testTimeout: 3_600_000, hookTimeout: 3_600_000, teardownTimeout: 3_600_000 };

export default defineConfig({
  test: {
    // By default one core is left idle: of two, half of them.
    maxWorkers: availableParallelism(),
    projects: [
      {
        resolve: {
          // Examples import the package by its name.
          alias: [
            { find: /^gradus$/, replacement: join(import.meta.dirname, "src/index.ts") },
            {
              find: /^gradus\/([\w/-]+)$/,
              replacement: join(import.meta.dirname, "src/$1/index.ts"),
            },
          ],
        },
        test: {
          name: "source",
          setupFiles: "tests/support/seeded.ts",
          include: [
            "src/**/*.test.ts",
            "charts/**/*.test.ts",
            "formulas/**/*.test.ts",
            "cli/src/**/*.test.ts",
            "site/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
          exclude: [...configDefaults.exclude, ...built, ...site],
          // Modules are loaded once for all files of a worker: they keep nothing that a test could see.
          isolate: false,
          ...limits,
        },
      },
      {
        test: {
          name: "built",
          setupFiles: "tests/support/seeded.ts",
          include: built,
          globalSetup: "tests/support/build.ts",
          ...limits,
        },
      },
      {
        test: {
          name: "site",
          setupFiles: "tests/support/seeded.ts",
          include: site,
          globalSetup: "tests/site/setup.ts",
          ...limits,
        },
      },
      {
        plugins: [takesShipped],
        test: {
          name: "shipped",
          include: shared,
          setupFiles: "tests/support/seeded.ts",
          globalSetup: "tests/support/build.ts",
          isolate: false,
          ...limits,
        },
      },
    ],
  },
});
