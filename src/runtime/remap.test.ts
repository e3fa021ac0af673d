/** Compares `remap` on the CPU with plain references that keep rows in objects. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rules } from "../../tests/support/everyRule.ts";
import { runs } from "../../tests/support/properties.ts";
import {
  actions,
  columns,
  freshRow,
  gradientOf,
  listOf,
  movedRows,
  ruleOfRows,
  stepRows,
} from "../../tests/support/rowObjects.ts";
import { javascript, optimize, parameters, type Rule, remap, webassembly } from "../index.ts";
import type { OptimizerState } from "./state/state.ts";

const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value)));
  }
};

describe("random sequences of clones, prunings and steps agree with rows kept in objects", () => {
  it.each([
    ["javascript, own arrays", javascript, true],
    ["webassembly, own arrays", webassembly, true],
    ["webassembly, foreign arrays", webassembly, false],
  ] as const)("%s", (_, backend, owned) => {
    const make = (height: number) =>
      owned
        ? parameters({ w: [height, columns] }, { type: "float64" })
        : { w: { data: new Float64Array(height * columns), shape: [height, columns] } };
    fc.assert(
      fc.property(actions, (given) => {
        let rows = Array.from({ length: 4 }, (_, row) => freshRow([row, -row, 0.5]));
        let net = make(4);
        const load = () => net.w.data.set(rows.flatMap(({ p }) => p));
        load();
        let optimizer = optimize(net, ruleOfRows(), { backend });
        for (const each of given) {
          const list = listOf(each, rows.length);
          if (list === undefined) {
            const gradient = Float64Array.from({ length: rows.length * columns }, (_, i) =>
              gradientOf(optimizer.steps + 1, i),
            );
            optimizer.step({ w: gradient });
            stepRows(rows, optimizer.steps);
            continue;
          }
          rows = movedRows(rows, list);
          const stays = each.kind === "order";
          net = stays ? net : make(rows.length);
          load();
          optimizer = remap(optimizer, list, stays ? {} : { parameters: net });
        }
        near(
          net.w.data,
          rows.flatMap(({ p }) => p),
        );
        const { parameters: state } = optimizer.state();
        if (optimizer.steps > 0) {
          near(
            state["w"]!["adam.m"]!,
            rows.flatMap(({ m }) => m),
          );
          near(
            state["w"]!["adam.v"]!,
            rows.flatMap(({ v }) => v),
          );
          near(
            state["w"]!["ema.average"]!,
            rows.flatMap(({ average }) => average),
          );
        }
        optimizer.dispose();
      }),
      runs(60),
    );
  });
});

const shapes = { w: [5, 4], b: [6] } as const;
const list = [4, 0, -1, 2, 2, 0xffffffff, 1] as const;
const inPlaceList = [4, 0, -1, 2, 2] as const;

function netOf(height: number, seed: number) {
  const net = parameters({ ...shapes, w: [height, 4] });
  for (const { data } of Object.values(net))
    data.forEach((_, i) => void (data[i] = Math.cos(i + seed)));
  return net;
}

const gradients = (height: number, step: number) => ({
  w: Float32Array.from({ length: height * 4 }, (_, i) => Math.sin(7 * step + i * i)),
  b: Float32Array.from({ length: 6 }, (_, i) => Math.cos(step + i)),
});

/** Whether a rule's states can follow rows of a matrix: not if one is a matrix over all rows. */
const isFollowing = (rule: Rule): boolean => {
  try {
    remap(optimize(netOf(5, 0), rule), inPlaceList, { parameters: ["w"] }).dispose();
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/which cannot follow them/);
    return false;
  }
};

const single = rules.filter(([name]) => name !== "parameters with rules of their own");
/** The rules that keep matrices over all rows. */
const refused = ["shampoo", "soap"];

/** A state with rows picked from it, and from that of a new parameter. Everything without rows stays. */
function pickedState(state: OptimizerState, start: OptimizerState, rows: readonly number[]) {
  const pick = (slot: string) => {
    const [from, begin] = [state.parameters["w"]![slot]!, start.parameters["w"]![slot]!];
    const height = state.shapes["w"]![0]!;
    // Columns have 4 numbers. No state has one number for each of 5 rows of another kind.
    const width = from.length === 4 || from.length === 1 ? 0 : from.length / height;
    if (width === 0 || from.length === 16) return Array.from(from);
    return rows.flatMap((row, to) =>
      row === -1 || row === 0xffffffff
        ? Array.from(begin.subarray(to * width, (to + 1) * width))
        : Array.from(from.subarray(row * width, (row + 1) * width)),
    );
  };
  return Object.fromEntries(Object.keys(state.parameters["w"]!).map((slot) => [slot, pick(slot)]));
}

describe("all kinds of state of every rule follow, and the run continues as from a saved state", () => {
  it.each(single.map(([name, rule]) => ({ name, rule })))("$name", ({ name, rule }) => {
    expect(isFollowing(rule())).toBe(!refused.includes(name));
    if (refused.includes(name)) return;
    for (const isElsewhere of [false, true]) {
      const rows: readonly number[] = isElsewhere ? list : inPlaceList;
      const first = netOf(5, 0);
      const before = optimize(first, rule());
      for (const step of [1, 2, 3]) before.step(gradients(5, step), { loss: 1 / step });
      const state = before.state();
      const net = isElsewhere ? { ...first, w: netOf(rows.length, 9).w } : first;
      if (!isElsewhere) net.w.data.set(netOf(5, 9).w.data);
      using untouched = optimize(net, rule());
      const start = untouched.state();
      using after = isElsewhere
        ? remap(before, rows, { parameters: { w: net.w } })
        : remap(before, rows, { parameters: ["w"] });
      const now = after.state();
      expect(now.step).toBe(3);
      expect(now.parameters["b"]).toEqual(state.parameters["b"]);
      const picked = pickedState(state, start, rows);
      for (const [slot, array] of Object.entries(now.parameters["w"]!)) {
        expect(Array.from(array), slot).toEqual(picked[slot]);
      }
      // A state saved afterwards continues bit for bit.
      const copy = parameters({ ...shapes, w: [rows.length, 4] });
      for (const name of ["w", "b"] as const) copy[name].data.set(net[name].data);
      using resumed = optimize(copy, rule());
      resumed.restore(structuredClone(now));
      for (const step of [4, 5]) {
        after.step(gradients(rows.length, step), { loss: 1 / step });
        resumed.step(gradients(rows.length, step), { loss: 1 / step });
      }
      expect(copy.w.data).toEqual(net.w.data);
      expect(after.state().parameters).toEqual(resumed.state().parameters);
    }
  });
});
