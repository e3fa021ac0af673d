/**
 * Marks what a module computes when it is loaded as free of side effects, which the package promises of all its modules:
 * bundlers then leave out of a file what nobody imports, as they leave out whole modules.
 */
import { parseAst } from "vite";

/** The parts of a syntax tree (ESTree) that are looked at. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const nodes = (value: unknown): readonly Node[] => value as readonly Node[];
const node = (value: unknown): Node => value as Node;

/** Whether a bundler sees by itself that computing it does nothing else. */
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

/** Whether a class computes something of its own when it is declared. */
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

/** What a bundler may leave out as it is, once it knows that nothing else comes of calling it. */
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

/** Whether names are taken out of an array or an object, which might do anything for all that bundlers know. */
const takesApart = ({ type, ...parts }: Node): boolean =>
  type === "VariableDeclaration" &&
  nodes(parts["declarations"]).some(({ id }) => node(id).type !== "Identifier");

/** What a module does when it is loaded besides declaring names: bundlers cannot leave that out. */
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
