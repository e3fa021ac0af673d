/** Makes a method from a direction and a search. */
import type {
  Direction,
  Ending,
  Method,
  Objective,
  Point,
  Search,
  SearchStep,
  Solver,
} from "../method.ts";
import { largest } from "../vector.ts";
import { whyNoDescent } from "./whyNoDescent.ts";

/** Makes a direction for one function. `saved` is what its `save` returned. */
export type DirectionMaker = (objective: Objective, search: Search, saved?: unknown) => Direction;

interface Saved {
  readonly point: Point;
  readonly moved: number;
  readonly direction: unknown;
  readonly searcher: unknown;
}

/** The arguments of {@link descent}. */
export interface DescentParts {
  /** The name in messages and saved runs. */
  readonly name: string;
  /** The search, which says how far each step goes. */
  readonly search: Search;
  /** Makes the direction for each run. */
  readonly direction: DirectionMaker;
  /** Whether the direction supports bounds. Default false. */
  readonly bounded?: boolean;
}

/**
 * Makes a method from a direction and a search. In each iteration the search makes a step along the direction, and the direction
 * learns from it. You can write your own directions and searches, as values of the types `Direction` and `Search`.
 *
 * @param parts `name`, `direction` (makes a direction for a function), `search`, and `bounded`: whether the direction supports
 *   bounds (default false)
 * @example
 * const steepest = descent({
 *   name: "steepest",
 *   search: backtracking(),
 *   direction: () => ({
 *     scaled: false,
 *     direct: ({ gradient }, into) => into.set(gradient.map((each) => -each)),
 *     update() {},
 *     reset: () => false,
 *     save() {},
 *   }),
 * });
 * minimize(([x, y]) => (x - 1) ** 2 + 4 * (y - 2) ** 2, [0, 0], { method: steepest }).x; // [1, 2]
 */
export const descent = ({ name, search, direction, bounded = false }: DescentParts): Method => ({
  name,
  bounded,
  usesGradient: true,
  start(objective, start, saved) {
    const state = saved as Saved | undefined;
    return new Descent(
      objective,
      state ? copyOf(state.point) : start,
      direction(objective, search, state?.direction),
      search.start(objective, state?.searcher),
      state?.moved,
    );
  },
});

const copyOf = ({ x, gradient, value }: Point): Point => ({
  x: x.slice(),
  gradient: gradient.slice(),
  value,
});

class Descent implements Solver {
  readonly usesGradient = true;
  readonly descends = true;
  point: Point;
  moved: number;
  readonly #objective: Objective;
  readonly #direction: Direction;
  readonly #searcher: ReturnType<Search["start"]>;

  constructor(
    objective: Objective,
    point: Point,
    direction: Direction,
    searcher: ReturnType<Search["start"]>,
    moved = Number.NaN,
  ) {
    this.#objective = objective;
    this.point = point;
    this.#direction = direction;
    this.#searcher = searcher;
    this.moved = moved;
  }

  step(): Ending | undefined {
    const from = this.point;
    const step = this.#searcher.step(from, this.#direction);
    if (step === undefined) {
      return whyNoDescent(this.#objective, from, this.#searcher.failed);
    }
    const { to, length, direction }: SearchStep = step;
    this.moved = length * largest(direction);
    this.#direction.update(length, direction, from, to);
    this.point = to;
    this.#searcher.recycle(from);
    return undefined;
  }

  reset(): void {
    this.#direction.reset();
  }

  save(): Saved {
    return {
      point: copyOf(this.point),
      moved: this.moved,
      direction: this.#direction.save(),
      searcher: this.#searcher.save(),
    };
  }
}
