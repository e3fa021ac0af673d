/**
 * What tells, before anything is stored, that a step must not be made: gradients that are not finite, and those whose
 * squares would not be where the rule squares them. All of it is made of gradients alone, in one pass.
 */
import { type GraphBuilder, type Node, type NodeOf, reachable } from "../graph/graph.ts";
import { isHost } from "../graph/kinds.ts";

/**
 * By what gradients are multiplied before they are squared to be checked, where what the rule squares is more than
 * them. With state, such as a mean of gradients, it may be a few times as large.
 */
const withState = 4;
/** Sums in float32 of a million squares are that many times as large as one. */
const summed = 1024;

/** Limits whose squares are far within float32, and so are those of a few times as much. */
const ordinary = 2 ** 48;

type Element = NodeOf<"element">;

/** The number that a node is at each step; undefined if it may change. */
export type Known = (node: Node) => number | undefined;

/** What is made of gradients, and what limits them: of each node, known of its operands before it. */
class Gradients {
  readonly #depends = new Set<Node>();
  readonly #limited = new Set<Node>();
  readonly #plain = new Set<Node>();

  /** @param nodes operands first */
  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      if (isGradient(node) || node.operands.some((each) => this.reach(each))) {
        this.#depends.add(node);
      }
      if (this.#findLimit(node)) {
        this.#limited.add(node);
      }
      if (isGradient(node) || (isMade(node) && node.operands.every((each) => this.isPlain(each)))) {
        this.#plain.add(node);
      }
    }
  }

  /** Whether a value is made of gradients. */
  reach(node: Node): boolean {
    return this.#depends.has(node);
  }

  /** Whether a clip, or a norm taken of gradients before, makes a value small however large these are. */
  isLimited(node: Node): boolean {
    return this.#limited.has(node);
  }

  /** Whether it is made of gradients and numbers alone, so that it is known in the first pass. */
  isPlain(node: Node): boolean {
    return this.#plain.has(node);
  }

  /** The numbers that clips cut at, and norms of gradients are compared with: of a clip at Infinity it is that. */
  limitsOf(values: readonly Node[]): Node[] {
    return reachable(values).flatMap((node) => {
      const ends = clampOf(node);
      if (ends !== undefined) return ends.filter((each) => this.isPlain(each));
      if (node.form !== "element" || !["less", "lessOrEqual"].includes(node.operator)) {
        return [];
      }
      const [norm, limit] = node.operands;
      const isLimit =
        isReduced(norm!) && this.reach(norm!) && isHost(limit!.kind) && this.isPlain(limit!);
      return isLimit ? [limit!] : [];
    });
  }

  #findLimit(node: Node): boolean {
    if (!this.reach(node)) {
      return true;
    }
    const [first, ...rest] = node.operands;
    const byNorm = (each: Node) => isReduced(each) && this.reach(each);
    if (node.form === "element") {
      const { operator } = node;
      if (clampOf(node) !== undefined || (operator === "select" && byNorm(first!))) {
        return true;
      }
      if ((operator === "multiply" || operator === "divide") && node.operands.some(byNorm)) {
        return true;
      }
      const values = operator === "select" ? rest : node.operands;
      return values.every((each) => this.isLimited(each));
    }
    return node.form === "routine" && node.routine.name === "orthogonalize";
  }
}

const isGradient = (node: Node): boolean => node.form === "slot" && node.name === "g";

/** Whether it is one number of many: of a tensor, a row or a column. */
const isReduced = ({ kind }: Node): boolean => isHost(kind) || kind === "row" || kind === "column";

const inverse: Readonly<Record<string, string>> = { min: "max", max: "min" };

/** The ends of a clamp, a smaller of a larger one or the other way round, where they are numbers of all elements. */
function clampOf(node: Node): readonly Node[] | undefined {
  const other = node.form === "element" ? inverse[node.operator] : undefined;
  const inner = node.operands.find((each) => each.form === "element" && each.operator === other);
  const ends = [node, inner].flatMap((each) => each?.operands ?? []);
  const numbers = ends.filter(({ kind }) => isHost(kind));
  return inner !== undefined && numbers.length === 2 ? numbers : undefined;
}

const isSquare = (node: Node): node is Element =>
  node.form === "element" &&
  node.operator === "multiply" &&
  node.operands[0] === node.operands[1] &&
  !isReduced(node);

/** A product of matrices adds up products of elements. */
const isProduct = (node: Node): boolean =>
  node.form === "routine" && node.routine.name === "matmul";

/** Whether it is made of its operands, or of no memory. */
const isMade = ({ form }: Node): boolean =>
  !["slot", "reduction", "line", "routine", "random"].includes(form);

/** The square of so many times a value. */
function squareOf(graph: GraphBuilder, value: Node, times: number): Node {
  const scaled = times > 1 ? graph.element("multiply", value, graph.constant(times)) : value;
  return graph.element("multiply", scaled, scaled);
}

/**
 * The values to check, added to the graph: if one of them is not finite, no step is made.
 * @param nodes all that the rule computes
 * @param known the number that a node is at each step, if it never changes
 */
function checkedIn(graph: GraphBuilder, nodes: readonly Node[], known: Known): Node[] {
  const gradients = new Gradients(nodes);
  const gradient = graph.slot("g", "element");
  const checked = new Set<Node>();
  const behindLimits: Node[] = [];
  let factor = 0;
  const sums = nodes.filter(({ form }) => form === "reduction" || form === "line");
  const summedUp = new Set(sums.map(({ operands }) => operands[0]!));
  for (const node of nodes) {
    const [value, other] = node.operands;
    if (
      isProduct(node) &&
      [value!, other!].every((each) => gradients.reach(each) && !gradients.isLimited(each))
    ) {
      factor = Math.max(factor, summed);
    }
    if (!isSquare(node) || !gradients.reach(value!)) {
      continue;
    }
    if (gradients.isLimited(value!)) {
      behindLimits.push(value!);
      continue;
    }
    const by = summedUp.has(node) ? summed : 1;
    if (value === gradient || !gradients.isPlain(node)) {
      factor = Math.max(factor, by, value === gradient ? 1 : withState);
    } else {
      checked.add(squareOf(graph, value!, by));
    }
  }
  checked.add(factor > 0 ? squareOf(graph, gradient, factor) : gradient);
  // No element is larger than its norm, nor behind the clip than the limit: of an ordinary one nothing overflows.
  const isOrdinary = (limit: Node) => Math.abs(known(limit) ?? Number.POSITIVE_INFINITY) < ordinary;
  const limits = factor > 0 ? [] : new Set(gradients.limitsOf(behindLimits));
  for (const limit of [...limits].filter((each) => !isOrdinary(each))) {
    const [own, most] = [gradient, limit].map((each) => squareOf(graph, each, withState));
    checked.add(graph.element("min", own!, most!));
  }
  return [...checked];
}

/** Adds the guard to a graph: a sum of zeros, or NaN if a checked value is not finite. */
export function addGuard(
  graph: GraphBuilder,
  nodes: readonly Node[],
  site: string,
  known: Known,
): Node {
  const zero = graph.constant(0);
  const zeros = checkedIn(graph, nodes, known).map((node) => graph.element("multiply", node, zero));
  const operand = zeros.reduce((sum, each) => graph.element("add", sum, each));
  return graph.reduction("sum", "global", operand, "element", site);
}

/** The values that a guard checks. */
export function checkedBy(guard: Node): Node[] {
  const pending = [guard.operands[0]!];
  const checked: Node[] = [];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.form === "element" && node.operator === "add") {
      pending.push(...node.operands);
    } else {
      checked.push(node.operands[0]!);
    }
  }
  return checked;
}
