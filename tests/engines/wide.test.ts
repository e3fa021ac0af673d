/** What is shipped switches wide vectors on in a process like a user's, where code is quick first and fast later. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { engines, nameOf } from "./engines.ts";

const dist = (name: string) => pathToFileURL(join(import.meta.dirname, "../../dist", name)).href;

/** Steps until code is fast, of states as they are and in 8 bits, with threads; then the reference's bits of few numbers. */
const program = `
  import { width } from "${dist("wide.js")}";
  import { adamw, block8, javascript, optimize, parameters, webassembly } from "${dist("index.js")}";
  const storages = [undefined, { state: block8 }];
  const sums = storages.map((storage) => {
    const net = parameters({ w: [200_000] });
    const optimizer = optimize(net, adamw(), storage && { storage });
    optimizer.gradients.w.fill(0.01);
    for (let step = 0; step < 100; step++) optimizer.step();
    optimizer.dispose();
    return net.w.data[7];
  });
  const [bits, expected] = [webassembly, javascript].map((backend) => storages.map((storage) => {
    const net = parameters({ w: [5000] });
    const optimizer = optimize(net, adamw(), { backend, threads: 1, ...(storage && { storage }) });
    for (let step = 0; step < 20; step++) {
      const size = (i) => (i % 7 === 0 ? 0 : 10 ** -(i % 40));
      optimizer.gradients.w.forEach((_, i, all) => (all[i] = size(i) * Math.sin(i * (step + 1))));
      optimizer.step();
    }
    const { w } = optimizer.state().parameters;
    const bytes = [net.w.data, ...Object.values(w)].map(
      ({ buffer, byteOffset, byteLength }) => [...new Uint8Array(buffer, byteOffset, byteLength)],
    );
    optimizer.dispose();
    return JSON.stringify(bytes);
  }));
  console.log(JSON.stringify([width, sums, bits.map((each, i) => each === expected[i])]));
`;

const wide = engines.filter(({ label }) => label === "Node, 256 bits");

it.each(wide.map((known) => [nameOf(known), known.program()]))("in %s", (_, path) => {
  const given = ["--input-type=module", "--eval", program];
  const { stdout, stderr, status } = spawnSync(path, given, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const [{ bits, because }, sums, areReference] = JSON.parse(stdout);
  // A processor may lack them, and says so.
  expect(bits === 256 || /AVX2/.test(because), because).toBe(true);
  for (const each of sums) expect(each).toBeCloseTo(-0.1, 3);
  expect(areReference).toEqual([true, true]);
});
