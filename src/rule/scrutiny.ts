/** Checks of the texts that users write. */
import { didYouMean } from "../suggest.ts";
import { type Definition, type Part, stateOf } from "./definition.ts";
import { facts, flowing, isFlowing, type Scrutiny } from "./graph/elaborate.ts";
import type { Elaborator } from "./graph/elaborator.ts";
import { functions } from "./language/functions.ts";
import { otherCall, otherName } from "./language/habits.ts";
import { parse } from "./language/parser.ts";

function checkName(elaborator: Elaborator, definition: Definition, name: string): void {
  const reserved = [...flowing, ...facts, "match"].includes(name);
  if (reserved || Object.hasOwn(functions, name) || !/^[A-Za-z_]\w*$/.test(name)) {
    elaborator.fail(
      reserved || Object.hasOwn(functions, name)
        ? `\`${name}\` is a reserved name; state and hyperparameters need other names`
        : `\`${name}\` is not a valid name: use letters, digits and _, and do not start with a digit`,
      { start: 0, end: 0 },
    );
  }
  if (Object.hasOwn(definition.hyper, name) && Object.hasOwn(definition.state ?? {}, name)) {
    elaborator.fail(`\`${name}\` is both a hyperparameter and a state`, { start: 0, end: 0 });
  }
}

function checkDeclared(elaborator: Elaborator, definition: Definition): void {
  for (const name of [...Object.keys(definition.hyper), ...Object.keys(definition.state ?? {})]) {
    checkName(elaborator, definition, name);
  }
}

function checkAllUsed(elaborator: Elaborator, part: Part, assigned: ReadonlySet<string>): void {
  const { hyper, state, symbols, rule } = part.definition;
  const last = rule.trimEnd().length;
  const end = { start: last, end: last };
  for (const [name, { initial }] of Object.entries(stateOf(part.definition))) {
    // A state that starts from an expression may keep its initial value.
    const stays = typeof initial === "string" && elaborator.used.has(name);
    if (!assigned.has(name) && !stays) {
      elaborator.fail(`the state \`${name}\` is never assigned`, end);
    }
  }
  const initial = new Set(
    Object.values(stateOf(part.definition)).flatMap((each) => String(each.initial).match(/\w+/g)),
  );
  for (const name of Object.keys(hyper)) {
    const implied = name === "lr" && assigned.has("u");
    if (!elaborator.used.has(name) && !implied && !initial.has(name)) {
      elaborator.fail(`the hyperparameter \`${name}\` is never used`, end);
    }
  }
  const own = new Set(
    [...Object.keys(hyper), ...Object.keys(state ?? {}), ...assigned].filter(
      (name) => !isFlowing(name),
    ),
  );
  for (const name of Object.keys(symbols ?? {})) {
    if (!own.has(name)) {
      elaborator.fail(`\`symbols\` has the unknown name \`${name}\`${didYouMean(name, own)}`, end);
    }
  }
}

export const scrutiny: Scrutiny = { parse, otherName, otherCall, checkDeclared, checkAllUsed };
