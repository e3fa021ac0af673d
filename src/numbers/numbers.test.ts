/** How exact the functions of `numbers` are, measured against 300 bits. */
import { describe, expect, test } from "vitest";
import {
  distanceInUlp,
  exactCos,
  exactExp,
  exactLog,
  exactPower,
  exactSin,
  exactTanh,
} from "../../tests/support/exact.ts";
import { randomNumbers } from "../../tests/support/numbers.ts";
import { runs } from "../../tests/support/properties.ts";
import { exactPower as powerByWholeNumbers } from "./exactPower.ts";
import { logOf, writeExp } from "./exponential.ts";
import { tanh } from "./hyperbolic.ts";
import { powerOf } from "./power.ts";
import { cos, sin } from "./trigonometric.ts";
import { newLastPower } from "./wholePower.ts";

const { numRuns: samples, seed } = runs(600);
const { between } = randomNumbers(seed);

function expOf(x: number): number {
  const numbers = Float64Array.of(x, 0);
  writeExp(numbers, 1, 0);
  return numbers[1]!;
}

const sign = () => (between(0, 1) < 0.5 ? -1 : 1);
const nearOne = () => 1 + sign() * 2 ** between(-40, -2);

/** What each is compared with, where numbers are drawn, and how far it may be off. */
const functions = {
  exp: {
    of: expOf,
    exact: exactExp,
    most: 1,
    draws: [
      () => between(-745.2, 709.8),
      () => between(-1, 1),
      () => between(-745.2, -708),
      () => sign() * 2 ** between(-1074, 0),
    ],
  },
  log: {
    of: logOf,
    exact: exactLog,
    most: 0.51,
    draws: [() => 2 ** between(-1074, 1023.99), () => between(0.5, 2), nearOne],
  },
  sin: {
    of: sin,
    exact: exactSin,
    most: 1,
    draws: [() => between(-10, 10), () => sign() * 2 ** between(-60, 3), nearRightAngle],
  },
  cos: {
    of: cos,
    exact: exactCos,
    most: 1,
    draws: [() => between(-10, 10), () => sign() * 2 ** between(-60, 3), nearRightAngle],
  },
  tanh: {
    of: tanh,
    exact: exactTanh,
    most: 1,
    draws: [() => between(-22, 22), () => between(-1, 1), () => sign() * 2 ** between(-60, 3)],
  },
} as const;

function nearRightAngle(): number {
  return Math.round(between(-6, 6)) * (Math.PI / 2) + between(-1, 1) * 2 ** between(-60, -3);
}

describe.each(Object.keys(functions) as (keyof typeof functions)[])("%s", (name) => {
  const { of, exact, most, draws } = functions[name];

  test(`is at most ${most} units in the last place off`, () => {
    for (const draw of draws) {
      for (let sample = 0; sample < samples; sample++) {
        const x = draw();
        expect(distanceInUlp(of(x), exact(x)), `${name}(${x})`).toBeLessThanOrEqual(most);
      }
    }
  });
});

test("have the values of limits and of what is none", () => {
  expect([expOf(-Infinity), expOf(-800), expOf(0), expOf(800), expOf(Infinity)]).toEqual([
    ...[0, 0, 1, Infinity, Infinity],
  ]);
  expect([logOf(0), logOf(-0), logOf(1), logOf(Infinity), logOf(5e-324)]).toEqual([
    ...[-Infinity, -Infinity, 0, Infinity, -744.4400719213812],
  ]);
  expect([tanh(-Infinity), tanh(0), tanh(1e300)]).toEqual([-1, 0, 1]);
  expect([cos(0), cos(Math.PI), sin(0)]).toEqual([1, -1, 0]);
  for (const none of [expOf(NaN), logOf(NaN), logOf(-1), tanh(NaN), cos(NaN), sin(Infinity)]) {
    expect(none).toBeNaN();
  }
});

describe("power", () => {
  const units = (x: number, y: number) => distanceInUlp(powerOf(x, y), exactPower(x, y));
  const whole = (most: number) => Math.floor(2 ** between(0, most));

  test.each<[string, () => readonly [number, number]]>([
    ["of what a decay is", () => [between(0, 1), whole(12)]],
    ["of what is near 1", () => [nearOne(), sign() * whole(40)]],
    ["of any size", () => [2 ** between(-40, 40), sign() * whole(5)]],
    ["with a result that is subnormal", () => [between(0.05, 0.9), whole(13)]],
    ["of whole numbers, where two numbers may be as near", () => [whole(10), whole(5)]],
  ])("of a whole exponent is rounded correctly: %s", (_, draw) => {
    for (let sample = 0; sample < samples; sample++) {
      const [x, y] = draw();
      expect(units(x, y), `${x} ** ${y}`).toBeLessThanOrEqual(0.5);
    }
  });

  test("is what whole numbers of any length make of it, ties to even", () => {
    for (let sample = 0; sample < samples; sample++) {
      const [x, y] = [whole(27), whole(3)];
      expect(powerOf(x, y)).toBe(Number(BigInt(x) ** BigInt(y)));
      expect(powerByWholeNumbers(x, y, false)).toBe(Number(BigInt(x) ** BigInt(y)));
    }
  });

  test("goes on from the last one with the same bits", () => {
    for (const base of [0.9, 0.999, 1.5, 0.3]) {
      const last = newLastPower();
      for (let t = 1; t <= 8000; t++) {
        const anew = powerOf(base, t, newLastPower());
        expect(powerOf(base, t, last)).toBe(anew);
        expect(powerOf(base, t, last)).toBe(anew);
      }
    }
  });

  test("of one base has the same bits whatever came before", () => {
    const last = newLastPower();
    for (const y of [0.3, 0.7, 1, 2, 0.3, 3, -1, 0.3, -1, -2, -0.3, 1, 2]) {
      expect(powerOf(0.9, y, last), `0.9 ** ${y}`).toBe(powerOf(0.9, y, newLastPower()));
    }
  });

  test("goes on through what is subnormal, rounded correctly, to 0", () => {
    const last = newLastPower();
    for (let t = 1; t <= 12000; t++) {
      const value = powerOf(0.9, t, last);
      if (t > 6600 && t < 7100) {
        expect(value, `0.9 ** ${t}`).toBe(powerByWholeNumbers(0.9, t, false));
      } else if (t >= 7100) {
        expect(value).toBe(0);
      }
    }
  });

  test("of any other exponent is at most a unit off", () => {
    const draws = [
      () => [between(0, 3), between(-30, 30)] as const,
      () => [2 ** between(-1074, 1023), between(-1, 1)] as const,
      () => [1 + between(-1, 1) * 2 ** -30, between(-1, 1) * 2 ** 39] as const,
      () => [Math.ceil(between(0, 1e6)), between(-1, 1)] as const,
    ];
    for (const draw of draws) {
      for (let sample = 0; sample < samples; sample++) {
        const [x, y] = draw();
        expect(units(x, y), `${x} ** ${y}`).toBeLessThanOrEqual(1);
      }
    }
  });

  test("has the signs and the limits that the language says", () => {
    const whole = [0, -0, 1, -1, 2, -2, 3, -3, 1e300, -1e300, Infinity, -Infinity, NaN];
    for (const x of [...whole, 0.5, -0.5, 5e-324, -5e-324]) {
      for (const y of whole) {
        expect(powerOf(x, y), `${x} ** ${y}`).toBe(x ** y);
      }
      expect(powerOf(x, 0.5)).toBe(x === -Infinity ? Infinity : Math.sqrt(x) + 0);
    }
    expect(powerOf(-8, 1 / 3)).toBeNaN();
    expect([powerOf(Infinity, -0.3), powerOf(0, -0.3), powerOf(-0, 0.3)]).toEqual([0, Infinity, 0]);
  });
});
