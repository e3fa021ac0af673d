/** What makes a projection one: it ends in the set, at the point of the set that is nearest. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { moderate, trajectory, vector } from "../../tests/support/trajectory.ts";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { Rule } from "../rule/definition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { projectBox } from "./projectBox.ts";
import { projectHalfspace } from "./projectHalfspace.ts";
import { projectHyperplane } from "./projectHyperplane.ts";
import { projectL1Sphere } from "./projectL1Sphere.ts";
import { projectL2Ball } from "./projectL2Ball.ts";
import { projectL2Sphere } from "./projectL2Sphere.ts";
import { projectLinfBall } from "./projectLinfBall.ts";
import { projectNonNegative } from "./projectNonNegative.ts";
import { projectVector } from "./projectVector.ts";

type Vector = readonly number[];

const length = 6;
const dot = (a: Vector, b: Vector) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const minus = (a: Vector, b: Vector) => a.map((value, i) => value - b[i]!);
const norm = (a: Vector) => Math.sqrt(dot(a, a));

/** Where steps of nothing leave a point. */
function projector(projection: Rule): (point: Vector) => Vector {
  const net = parameters({ w: [length] }, { type: "float64" });
  const optimizer = optimize(net, chain(sgd({ lr: 1 }), projection));
  return (point) => {
    net.w.data.set(point);
    optimizer.step({ w: point.map(() => 0) });
    return [...net.w.data];
  };
}

const sets: readonly [
  name: string,
  projection: Rule,
  contains: (point: Vector) => boolean,
  member: fc.Arbitrary<number[]>,
][] = [
  [
    "projectNonNegative",
    projectNonNegative(),
    (point) => point.every((value) => value >= 0),
    vector(length).map((point) => point.map(Math.abs)),
  ],
  [
    "projectBox",
    projectBox({ lower: -2, upper: 30 }),
    (point) => point.every((value) => value >= -2 && value <= 30),
    fc.array(fc.double({ min: -2, max: 30, noNaN: true }), {
      minLength: length,
      maxLength: length,
    }),
  ],
  [
    "projectLinfBall",
    projectLinfBall(20),
    (point) => point.every((value) => Math.abs(value) <= 20),
    vector(length).map((point) => point.map((value) => value / 5)),
  ],
  [
    "projectL2Ball",
    projectL2Ball(20),
    // A unit in the last place, for the root and the product.
    (point) => norm(point) <= 20 * (1 + 2 ** -50),
    fc
      .tuple(vector(length), fc.double({ min: 0, max: 20, noNaN: true }))
      .map(([point, radius]) => point.map((value) => (value * radius) / Math.max(norm(point), 1))),
  ],
];

describe.each(sets)("%s", (_, projection, contains, member) => {
  const projected = projector(projection);

  test("ends in the set", () => {
    fc.assert(
      fc.property(vector(length), (point) => {
        expect(contains(projected(point))).toBe(true);
      }),
      runs(100),
    );
  });

  test("leaves alone what is in the set", () => {
    fc.assert(
      fc.property(member.filter(contains), (point) => {
        expect(minus(projected(point), point).every((d) => Math.abs(d) < 1e-13)).toBe(true);
      }),
      runs(100),
    );
  });

  test("ends at the nearest point: no other member lies further in the direction of the point", () => {
    fc.assert(
      fc.property(vector(length), member.filter(contains), (point, other) => {
        const nearest = projected(point);
        const away = minus(point, nearest);
        const product = dot(away, minus(other, nearest));
        expect(product).toBeLessThanOrEqual(1e-12 * (1 + norm(away) * norm(other)));
      }),
      runs(100),
    );
  });
});

test.each([false, true])("normals are what the state has, all tensors together: %s", (global) => {
  const shapes = { w: [2, 2], b: [3] } as const;
  const normals = { w: [1, -2, 0.5, 3], b: [2, 0, -1] };
  const values = { w: [3, 1, -4, 2], b: [5, -1, 2] };
  const inner = (a: Vector, b: Vector) => dot(a, b);
  for (const [projection, wanted] of [
    [projectHyperplane({ offset: 2, global }), (along: number) => along - (along - 2)],
    [projectHalfspace({ offset: 2, global }), (along: number) => Math.min(along, 2)],
    [projectVector({ global }), (along: number) => along],
  ] as const) {
    const net = parameters(shapes, { type: "float64" });
    const optimizer = optimize(net, chain(sgd({ lr: 1 }), projection) as Rule);
    const { parameters: states } = optimizer.stateViews();
    for (const key of ["w", "b"] as const) {
      net[key].data.set(values[key]);
      Object.values(states[key]!)[0]!.set(normals[key]);
    }
    optimizer.step({ w: [0, 0, 0, 0], b: [0, 0, 0] });
    const parts = global ? [["w", "b"] as const] : [["w"] as const, ["b"] as const];
    for (const keys of parts) {
      const join = (of: Record<"w" | "b", ArrayLike<number>>) =>
        keys.flatMap((key) => Array.from(of[key]));
      const [a, x] = [join(normals), join(values)];
      const found = join({ w: net.w.data, b: net.b.data });
      expect(inner(a, found)).toBeCloseTo(wanted(inner(a, x)), 12);
      // What was moved is along the normal; of a vector, what is left.
      const moved = projection.parts[0]!.name === "projectVector" ? found : minus(found, x);
      const share = inner(moved, a) / inner(a, a);
      moved.forEach((value, i) => void expect(value).toBeCloseTo(share * a[i]!, 12));
    }
  }
});

test("what is all zero has no direction, and stays", () => {
  for (const projection of [projectL2Sphere(), projectL1Sphere(0)]) {
    expect(projector(projection)([0, 0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0]);
  }
});

test("a radius or a bound may be a schedule", () => {
  const shrinking = projectLinfBall({ radius: (step) => 1 / step });
  fc.assert(
    fc.property(moderate, (value) => {
      const zeros = [[0], [0], [0]];
      const { weights } = trajectory(chain(sgd({ lr: 1 }), shrinking), [value], zeros);
      const bounded = [1, 1 / 2, 1 / 3].map((r) => Math.min(Math.max(value, -r), r));
      expect(weights).toEqual(bounded.map((each) => [each]));
    }),
    runs(20),
  );
});
