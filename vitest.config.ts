import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests of what is built. */
const built = ["tests/package.test.ts", "tests/command/**/*.test.ts"];

export default defineConfig({
  test: {
    // By default one core is left idle: of two, half of them.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: "source",
          include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...built],
          // Modules are loaded once for all files of a worker: they keep nothing that a test could see.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "built",
          include: built,
          globalSetup: "tests/support/build.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
