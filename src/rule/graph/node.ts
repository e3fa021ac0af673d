/** The nodes of a rule's graph, and the stores at the end of a step. */
import type { Span } from "../errors.ts";
import type { NamedRoutine } from "../matrices/matrix.ts";
import type { Kind } from "./kinds.ts";
import type { ElementOperator, LineOperator, ReductionOperator, ValueType } from "./operators.ts";
import type { Distribution } from "./random.ts";

/** The place where a {@link Node} was first written. */
export interface Origin {
  /** The name of the definition. */
  readonly rule: string;
  /** Its whole text. */
  readonly text: string;
  /** The range of the text that is this node. */
  readonly span: Span;
}

/** The fields of every {@link Node}, whatever its form. */
export interface NodeBase {
  /** Position in the graph; operands come first. */
  readonly id: number;
  /** How many values it has: one for each element, each row or each tensor, for example. */
  readonly kind: Kind;
  /** The type of its values. */
  readonly type: ValueType;
  /** The nodes that it is computed from, in the order of the operator. */
  readonly operands: readonly Node[];
  /** Where it was first written. Undefined until a text uses the node. */
  readonly origin: Origin | undefined;
}

/** One value of a rule's graph. */
export type Node = NodeBase &
  (
    | { readonly form: "constant"; readonly value: number }
    /** A hyperparameter, by its qualified name such as `adam.lr`. */
    | { readonly form: "hyper"; readonly name: string }
    /** A part's age, the loss of the step, a size of the tensor, or whether it is a matrix. */
    | { readonly form: "fact"; readonly name: Fact; readonly part: string }
    /** The value of `p`, `g` or a state at the start of the step. */
    | { readonly form: "slot"; readonly name: string }
    | { readonly form: "element"; readonly operator: ElementOperator }
    | {
        readonly form: "reduction";
        readonly operator: ReductionOperator;
        readonly scope: "tensor" | "global";
        /** The kind that is reduced; the operand is of this kind or broadcast to it. */
        readonly over: Kind;
        /**
         * Identifies a reduction over all parameters by its part and its number there. Only parameters whose rules have that part
         * take part in it.
         */
        readonly site: string | undefined;
      }
    /** A random draw for each element. Draws of different sites are independent. */
    | {
        readonly form: "random";
        readonly distribution: Distribution;
        readonly site: number;
      }
    /** One value for each row of a matrix, or for each column. */
    | {
        readonly form: "line";
        readonly operator: LineOperator;
        readonly lines: Lines;
        /** As for reductions. */
        readonly over: Kind;
      }
    /** A call of a routine on whole matrices. */
    | { readonly form: "routine"; readonly routine: NamedRoutine }
  );

/** @inline */
export type Lines = "rows" | "cols";

/**
 * `t` is how many steps a part of this parameter's rule has made with this parameter; `sharedAge` is the same for the
 * states of a part that all parameters share. `count` is how many elements of the tensor the step has: all, or those of
 * the given rows.
 * @inline
 */
export type Fact = "t" | "sharedAge" | "loss" | "rows" | "cols" | "size" | "count" | "matrix";
/** The nodes of one form. */
export type NodeOf<F extends Node["form"]> = Extract<Node, { form: F }>;

/** What a step stores: the new value of the parameter `p` or of a state. */
export interface Store {
  /** The qualified name. */ readonly slot: string;
  /** The new value. */ readonly value: Node;
  /** The kind of the stored value; `element` if it is left out. */
  readonly kind?: Kind;
  /** Whether it is one value for all parameters whose rules have its part (see shared.ts). */
  readonly shared?: boolean;
  /** Whether storing rounds the value; then a later pass that needs the exact value must not read it from memory. */
  readonly rounded?: boolean;
  /** The random fraction for stochastic rounding. Without it, values are rounded to nearest. */
  readonly draw?: NodeOf<"random">;
}
