/**
 * Random rules on random shapes and values. All compilers must give the same bits as the rule's text,
 * evaluated statement by statement (tests/support/oracle.ts).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { backends, sideBySide } from "../../tests/support/backends.ts";
import { expectSameBits } from "../../tests/support/bits.ts";
import { runs } from "../../tests/support/properties.ts";
import { randomKindsCase } from "../../tests/support/randomKinds.ts";
import { type RandomCase, randomCase } from "../../tests/support/randomRules.ts";
import {
  describeCase,
  type Keeping,
  runOn,
  runOnPaper,
  type Trace,
} from "../../tests/support/runRandomCase.ts";
import { in16Bits, storages } from "../../tests/support/storages.ts";
import { fromFloat32 } from "../runtime/narrow.ts";
import type { Storage } from "./backend.ts";
import { webassembly } from "./wasm/compiler.ts";

const all = [...backends, sideBySide];

function expectSameTrace(found: Trace, expected: Trace, names: readonly string[], what: string) {
  for (const [step, seen] of found.entries()) {
    for (const name of names) {
      expectSameBits(
        seen[name]!,
        expected[step]![name]!,
        (i) => `${what}, step ${step + 1}, ${name}[${i}]`,
      );
    }
  }
}

const seen = { cases: 0, refused: 0, numbers: 0, finite: 0, stored: 0 };

/** All compilers agree, wherever arrays are in memory, and whether gradients are given as numbers or as bits. */
function checkStored(given: RandomCase, kept: Keeping): void {
  const what = `states in ${kept.state?.name}, parameters in ${kept.parameters?.name}`;
  const keeping = all.filter(({ keeps }) => keeps);
  const [first, ...others] = keeping.map((backend) => runOn(backend, given, kept)!);
  const names = Object.keys(first![0]!);
  for (const [i, trace] of others.entries()) {
    expectSameTrace(trace, first!, names, `${keeping[i + 1]!.name}, ${what}`);
  }
  const elsewhere = runOn(webassembly, moved(given), kept)!;
  expectSameTrace(elsewhere, first!, names, `other arrays, ${what}`);
  const bits = Object.values(first!.at(-1)!).filter((array) => array instanceof Uint16Array);
  seen.stored += bits.reduce((sum, { length }) => sum + length, 0);
}

/** After one step, parameters in 16 bits are the nearest to the float32 result. */
function checkNearest(given: RandomCase, storage: Storage): void {
  const one = { ...given, steps: 1 };
  const [bits] = runOn(webassembly, one, { parameters: storage })!;
  const [numbers] = runOn(webassembly, one, { startIn: storage })!;
  for (const name of Object.keys(bits!)) {
    const isBits = bits![name] instanceof Uint16Array;
    const expected = isBits ? fromFloat32(numbers![name]!, storage) : numbers![name]!;
    expectSameBits(bits![name]!, expected, (i) => `nearest in ${storage.name}, ${name}[${i}]`);
  }
}

const moved = (given: RandomCase): RandomCase => ({
  ...given,
  tensors: given.tensors.map((tensor) => ({ ...tensor, own: !tensor.own })),
  passGradients: !given.passGradients,
});

function check(given: RandomCase): void {
  const [first, ...others] = all.map((compiler) => runOn(compiler, given));
  seen.cases += 1;
  if (first === undefined) {
    seen.refused += 1;
    expect(others.every((trace) => trace === undefined)).toBe(true);
    return;
  }
  const names = Object.keys(first[0]!);
  for (const [i, trace] of others.entries()) {
    expect(Object.keys(trace![0]!)).toEqual(names);
    expectSameTrace(trace!, first, names, all[i + 1]!.name);
  }
  const states = names.filter((name) => name !== "report");
  const skipped = first.map(({ report }) => report![3] === 1);
  expectSameTrace(
    first,
    runOnPaper(given, skipped),
    states,
    `${backends[0]!.name} against the text`,
  );
  for (const name of states) {
    const last = Array.from(first.at(-1)![name]!);
    seen.numbers += last.length;
    seen.finite += last.filter(Number.isFinite).length;
  }
  // Where arrays are in memory changes nothing; a third of the cases is enough to show that.
  if (given.seed % 3 !== 0) return;
  expectSameTrace(runOn(webassembly, moved(given))!, first, names, "other arrays");
  const [state, parameters] = [storages, in16Bits].map(
    (list) => list[Math.floor(given.seed / 3) % list.length]!,
  );
  checkStored(given, { state: state! });
  checkStored(given, { parameters: parameters! });
  checkNearest(given, parameters!);
}

test("every compiler computes what the text says, to the bit", () => {
  fc.assert(
    fc.property(randomCase, (given) => {
      try {
        check(given);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${describeCase(given)}`, { cause: error });
      }
    }),
    runs(25),
  );
  // Make sure that the cases are meaningful: few are refused, and most values are numbers.
  expect(seen.refused / seen.cases).toBeLessThan(0.2);
  expect(seen.finite / seen.numbers).toBeGreaterThan(0.3);
  expect(seen.stored).toBeGreaterThan(100);
});

test("the same for rows, columns and matrices", () => {
  fc.assert(
    fc.property(randomKindsCase, (given) => {
      try {
        check(given);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${describeCase(given)}`, { cause: error });
      }
    }),
    runs(5),
  );
});
