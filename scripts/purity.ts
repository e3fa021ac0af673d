/**
 * Marks the computations at a module's top level as free of side effects, which the package promises for all its modules.
 * Bundlers
 * can then remove unused parts of a file, as they remove unused modules.
 */
import { parseAst } from "vite";

/** The parts of a syntax tree (ESTree) that are read here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const nodes = (value: unknown): readonly Node[] => value as readonly Node[];
const node = (value: unknown): Node => value as Node;

/** Whether a bundler can see that an expression has no side effects. */
function isPlain(given: unknown): boolean {
  if (given === null || given === undefined) return true;
  const { type, ...parts } = node(given);
  switch (type) {
    case "Literal":
    case "Identifier":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "TemplateLiteral":
      return nodes(parts["expressions"]).length === 0;
    case "UnaryExpression":
      return node(parts["argument"]).type === "Literal";
    case "ArrayExpression":
      return nodes(parts["elements"]).every(isPlain);
    case "ObjectExpression":
      return nodes(parts["properties"]).every(
        (each) => each.type === "Property" && each["computed"] === false && isPlain(each["value"]),
      );
    default:
      return false;
  }
}

/** Whether declaring a class computes nothing. */
const isPlainClass = ({ superClass, body }: Node): boolean =>
  superClass === null &&
  nodes(node(body)["body"]).every(
    (member) =>
      member["computed"] !== true &&
      member.type !== "StaticBlock" &&
      !(member.type === "PropertyDefinition" && member["static"] && !isPlain(member["value"])),
  );

interface Edit {
  readonly at: Node;
  readonly before: string;
  readonly after: string;
}

/** Calls, which a bundler may remove if they are marked as pure. */
const isCall = ({ type, callee, arguments: given }: Node): boolean =>
  (type === "CallExpression" || type === "NewExpression") &&
  node(callee).type === "Identifier" &&
  nodes(given).every(isPlain);

const pure = "/* @__PURE__ */ ";

const marked = (at: Node): Edit =>
  isCall(at) ? { at, before: pure, after: "" } : { at, before: `${pure}(() => (`, after: "))()" };

function editsOf(declaration: Node): Edit[] {
  if (declaration.type === "ClassDeclaration" && !isPlainClass(declaration)) {
    const { name } = node(declaration["id"]);
    const { before, after } = marked(declaration);
    return [{ at: declaration, before: `const ${name} = ${before}`, after: `${after};` }];
  }
  if (declaration.type !== "VariableDeclaration") return [];
  return nodes(declaration["declarations"]).flatMap(({ init }) =>
    isPlain(init) ? [] : [marked(node(init))],
  );
}

/** Whether an array or object is destructured, which bundlers must assume to have side effects. */
const takesApart = ({ type, ...parts }: Node): boolean =>
  type === "VariableDeclaration" &&
  nodes(parts["declarations"]).some(({ id }) => node(id).type !== "Identifier");

/** The statements of a module that do more than declare names: bundlers cannot remove them. */
export function effectsOf(text: string): string[] {
  const program = parseAst(text) as unknown as Node;
  return nodes(program["body"])
    .filter((statement) => !/Declaration$/.test(statement.type) || takesApart(statement))
    .map(({ start, end }) => text.slice(start, end));
}

/** @param text of a module in JavaScript */
export function markPure(text: string): string {
  const program = parseAst(text) as unknown as Node;
  const edits = nodes(program["body"]).flatMap((statement) => {
    const isExport = statement.type === "ExportNamedDeclaration";
    const declaration = isExport ? statement["declaration"] : statement;
    return declaration === null ? [] : editsOf(node(declaration));
  });
  return edits.reduceRight(
    (done, { at: { start, end }, before, after }) =>
      done.slice(0, start) + before + done.slice(start, end) + after + done.slice(end),
    text,
  );
}
