/** Adds an operator from outside: a function of the rule language, with its implementation in each backend. */
import { addOperator, type OperatorEntry, type Write } from "../rule/graph/operators.ts";
import { addFunction } from "../rule/language/functions.ts";
import { addEvaluator } from "./js/evaluators.ts";
import { addEmitter, type Emit } from "./wasm/operators.ts";
import { addSpelling, type Spell } from "./wgsl/operators.ts";

/** An element-wise operator of one to three numbers. */
export interface OperatorDefinition {
  /** Its name in rules, such as `copySign`. */
  readonly name: string;
  /** The names of its operands, for messages: `["x", "sign"]`. */
  readonly parameters: readonly string[];
  /** Its value at `a`, `b` and `c`, in float64, for numbers of the type. Elements are this value, rounded to the type. */
  readonly evaluate: (a: number, b: number, c: number) => number;
  /** Pushes a vector of results for the vectors in locals: the bits of `evaluate`, rounded to the type. */
  readonly webassembly: Emit;
  /**
   * An expression in WGSL of the expressions `a`, `b` and `c`. If `lanes` is 1 they are numbers; if it is 4, vectors of four.
   * Default: rules with this operator do not run on a GPU.
   */
  readonly wgsl?: Spell;
}

const defined = new WeakSet<OperatorDefinition>();

function checkDefinition({ name, parameters, evaluate, webassembly }: OperatorDefinition): void {
  if (!/^[a-z]\w*$/i.test(name)) {
    throw new TypeError(
      `defineOperator: a name must consist of letters and digits, not ${JSON.stringify(name)}`,
    );
  }
  if (!Array.isArray(parameters) || parameters.length < 1 || parameters.length > 3) {
    throw new TypeError(`defineOperator: ${name} takes one to three numbers, by their names`);
  }
  if (typeof evaluate !== "function" || typeof webassembly !== "function") {
    throw new TypeError(`defineOperator: ${name} has functions \`evaluate\` and \`webassembly\``);
  }
}

/**
 * Adds an operator to the rule language, for all rules that are defined from now on. `docs/add-an-operator.md` says what its
 * parts must do. Adding the same definition again changes nothing.
 *
 * @throws {TypeError} where a part is missing, or the language already has a function of this name
 * @example
 * defineOperator({
 *   name: "fourth",
 *   parameters: ["x"],
 *   evaluate: (x) => Math.sqrt(Math.sqrt(x)),
 *   webassembly(code, type, x) {
 *     const root = `${shapeOf(type)}.sqrt` as const;
 *     code.get(x).emit(root).emit(root);
 *   },
 * });
 * const slow = defineOptimizer({ name: "slow", hyper: { lr: 1 }, rule: "u = fourth(g)" });
 * optimize(net, slow()).step({ w: new Float32Array(6), b: [1, 16, 81] });
 * net.b.data; // [-1, -2, -3]
 */
export function defineOperator(definition: OperatorDefinition): void {
  checkDefinition(definition);
  if (defined.has(definition)) {
    return;
  }
  const { name, parameters, evaluate, webassembly, wgsl } = definition;
  const write: Write = (v, to, a, b, c) => void (v[to] = evaluate(v[a]!, v[b]!, v[c]!));
  const operands = parameters.map(() => "number" as const);
  const entry: OperatorEntry = { operands, result: "number", write, evaluate };
  addFunction(name, parameters);
  defined.add(definition);
  addOperator(name, entry);
  addEvaluator(name, evaluate);
  addEmitter(name, webassembly);
  if (wgsl !== undefined) {
    addSpelling(name, wgsl);
  }
}
