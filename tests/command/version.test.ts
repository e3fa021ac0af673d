import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { gradus } from "./gradus.ts";

const { version } = createRequire(import.meta.url)("../../package.json");

it("is the package's", async () => {
  expect(await gradus(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

it.each([[["--version", "--json"]], [["--json", "-v"]]])(
  "has what a report of a bug needs: %s",
  async (words) => {
    const { code, stdout, stderr } = await gradus(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      gradus: version,
      node: process.versions.node,
      engine: `V8 ${process.versions.v8}`,
      platform: expect.stringContaining(`${process.platform} ${process.arch}, `),
      processor: expect.stringMatching(/^\d+ × \S/),
      backend: "webassembly",
      threads: expect.any(Number),
      relaxedSimd: Number.parseInt(process.versions.node, 10) >= 22,
      vectorBits: Number.parseInt(process.versions.node, 10) >= 24 ? expect.any(Number) : 128,
      // In an empty folder no package is found.
      webgpu: null,
    });
  },
);
