/** What is shipped switches wide vectors on in a process like a user's, where code is quick first and fast later. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { engines, nameOf } from "./engines.ts";

const dist = (name: string) => pathToFileURL(join(import.meta.dirname, "../../dist", name)).href;

/** Steps until code is fast, of states as they are and in 8 bits, with threads. */
const program = `
  import { width } from "${dist("wide.js")}";
  import { adamw, block8, optimize, parameters } from "${dist("index.js")}";
  const sums = [undefined, { state: block8 }].map((storage) => {
    const net = parameters({ w: [200_000] });
    const optimizer = optimize(net, adamw(), storage && { storage });
    optimizer.gradients.w.fill(0.01);
    for (let step = 0; step < 100; step++) optimizer.step();
    optimizer.dispose();
    return net.w.data[7];
  });
  console.log(JSON.stringify([width, sums]));
`;

const wide = engines.filter(({ label }) => label === "Node, 256 bits");

it.each(wide.map((known) => [nameOf(known), known.program()]))("in %s", (_, path) => {
  const given = ["--input-type=module", "--eval", program];
  const { stdout, stderr, status } = spawnSync(path, given, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const [{ bits, because }, sums] = JSON.parse(stdout);
  // A processor may lack them, and says so.
  expect(bits === 256 || /AVX2/.test(because), because).toBe(true);
  for (const each of sums) expect(each).toBeCloseTo(-0.1, 3);
});
