import fc from "fast-check";
import { expect, it } from "vitest";
import { expectSameBits } from "../../../tests/support/bits.ts";
import { runs } from "../../../tests/support/properties.ts";
import { randomKindsCase } from "../../../tests/support/randomKinds.ts";
import { type RandomCase, randomCase } from "../../../tests/support/randomRules.ts";
import { describeCase, runOn } from "../../../tests/support/runRandomCase.ts";
import { type Backend, blockLength } from "../../compilers/backend.ts";
import { javascript } from "../../compilers/js/interpreter.ts";
import { webassembly } from "../../compilers/wasm/compiler.ts";
import { canBeParted, isWorthSharing, partLength } from "./parts.ts";

/** The same backend, except that each loop that can be divided runs part by part, the last part first. */
const inParts = (compiler: Backend): Backend => ({
  ...compiler,
  compile(program, type, memory) {
    const kernel = compiler.compile(program, type, memory);
    return {
      run(index, call, from, to) {
        const pass = program.passes[index]!;
        if (pass.form !== "loop" || !canBeParted(pass)) {
          kernel.run(index, call, from, to);
          return;
        }
        const grain = pass.byRows ? 2 : blockLength;
        for (let part = Math.ceil((to - from) / grain) - 1; part >= 0; part--) {
          const start = from + part * grain;
          kernel.run(index, call, start, Math.min(start + grain, to));
        }
      },
    };
  },
});

function expectSame(given: RandomCase, compiler: Backend): void {
  const whole = runOn(compiler, given);
  const parted = runOn(inParts(compiler), given);
  expect(parted?.length).toBe(whole?.length);
  for (const [step, seen] of (whole ?? []).entries()) {
    for (const [name, array] of Object.entries(seen)) {
      const what = (i: number) => `step ${step + 1}, ${name}[${i}]\n${describeCase(given)}`;
      expectSameBits(parted![step]![name]!, array, what);
    }
  }
}

it.each([
  ["elements", randomCase, 8],
  ["rows, columns and matrices", randomKindsCase, 3],
] as const)("rules of %s give the same bits in parts, in any order", (_, cases, count) => {
  fc.assert(
    fc.property(cases, (given) => {
      expectSame(given, javascript);
      expectSame(given, webassembly);
    }),
    runs(count),
  );
});

const loop = (byRows: boolean) => ({ byRows }) as Parameters<typeof partLength>[0];

it("parts are whole blocks, some for each thread, and none is too short", () => {
  for (const length of [70_000, 1_000_000, 25_000_000]) {
    const part = partLength(loop(false), length, 1);
    expect(part % blockLength).toBe(0);
    expect(part).toBeGreaterThanOrEqual(16 * blockLength);
    expect(length / part).toBeLessThanOrEqual(64);
    expect(length / part).toBeGreaterThan(4);
  }
  expect(partLength(loop(true), 100, 1000)).toBe(17);
  expect(partLength(loop(true), 5, 1_000_000)).toBe(1);
  expect([isWorthSharing(1000), isWorthSharing(1e6)]).toEqual([false, true]);
});
