/** Every optimizer and transform in a bundle that has no other: it brings along what it needs to run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import * as source from "../src/index.ts";
import type { RuleFactory } from "../src/rule/definition.ts";

type Library = Pick<typeof source, "adam" | "chain" | "optimize" | "when"> & {
  readonly made: RuleFactory;
};

const folder = mkdtempSync(join(tmpdir(), "gradus-alone-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user's bundle of these alone has. */
async function bundleOf(name: string, others = "adam, chain, optimize"): Promise<Library> {
  const outfile = join(folder, `${name}, ${others}.mjs`);
  await build({
    stdin: {
      contents: `export { ${name} as made, ${others} } from "./dist/index.js";`,
      resolveDir: join(import.meta.dirname, ".."),
    },
    ...{ outfile, bundle: true, minify: true, format: "esm", target: "es2022" },
  });
  return import(pathToFileURL(outfile).href);
}

/** Options that take other ways through a rule. */
function choicesOf({ definition: { hyper } }: RuleFactory): object[] {
  const switches = Object.entries(hyper).filter(([, value]) => typeof value === "boolean");
  return [
    {},
    ...switches.map(([name, value]) => ({ [name]: !value })),
    ...("momentum" in hyper ? [{ momentum: 0.5 }, { momentum: () => 0.5 }] : []),
    ...("order" in hyper ? [{ order: 3 }, { order: 1 }] : []),
  ];
}

/** All that a few steps say and do. */
function run(
  { made, adam, chain, optimize }: Library,
  options: object,
  nonFinite: "throw" | "allow",
) {
  const { rule, behind } = made.definition;
  const own = made(options as never);
  const isLast = behind || /\bu\b/.test(rule);
  const all = made.role === "optimizer" ? own : isLast ? chain(adam(), own) : chain(own, adam());
  const w = { data: Float32Array.from({ length: 15 }, (_, i) => Math.cos(i)), shape: [3, 5] };
  const net = { w, b: Float32Array.of(1, 2, 3) };
  using optimizer = optimize(net, all, { nonFinite, threads: 1 });
  const reports = [1, 2, 3].map((step) => {
    const gradients = { w: w.data.map((each) => each * step), b: [0.1, -0.2, step] };
    return JSON.stringify(optimizer.step(gradients, { loss: 1 / step }));
  });
  optimizer.restore(optimizer.state());
  const evaluated = optimizer.evaluate(() => [...w.data, ...net.b]);
  return { reports, evaluated, values: [...w.data, ...net.b] };
}

const all = Object.entries({ ...source.optimizers, ...source.transforms }) as unknown as [
  string,
  RuleFactory,
][];

describe.each(all)("%s", (name, made) => {
  it("steps as with all others beside it", async () => {
    const alone = await bundleOf(name);
    for (const options of choicesOf(made)) {
      for (const policy of ["throw", "allow"] as const) {
        const expected = run({ ...source, made }, options, policy);
        expect(run(alone, options, policy)).toEqual(expected);
      }
    }
  });
});

it("what is on in some steps alone counts these", async () => {
  const run = ({ made, optimize, when }: Library) => {
    const net = { w: Float32Array.of(1, 2, 3) };
    using optimizer = optimize(
      net,
      when((step) => step % 2 === 0, made()),
      { threads: 1 },
    );
    for (let step = 1; step <= 4; step++) optimizer.step({ w: [0.1, -0.2, step] });
    const resumed = optimize(
      net,
      when((step) => step % 2 === 0, made()),
      { threads: 1 },
    );
    resumed.restore(optimizer.state());
    return [...net.w, resumed.steps];
  };
  const alone = await bundleOf("adam", "optimize, when");
  expect(run(alone)).toEqual(run({ ...source, made: source.adam as unknown as RuleFactory }));
});
