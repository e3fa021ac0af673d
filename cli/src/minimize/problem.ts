/** The function to minimize: a known function, or a formula. */
import type { Expression } from "gradus/rule";
import { constants } from "../../../formulas/functions.ts";
import { type Landscape, landscapes } from "../../../formulas/landscapes.ts";
import { namesIn } from "../../../formulas/parse.ts";
import { didYouMean } from "../../../src/suggest.ts";
import { UsageError } from "../errors.ts";
import { type Numbers, readStart } from "../fit/options.ts";
import { fail, parseFormula } from "../formula.ts";

export interface Problem {
  readonly title: string;
  /** What is special about a known function. */
  readonly summary: string | undefined;
  readonly text: string;
  readonly expression: Expression;
  /** Names of the unknowns, in the order of the coordinates. */
  readonly unknowns: readonly string[];
  readonly start: readonly number[];
  /** The known minima; none for a formula. */
  readonly minima: readonly (readonly number[])[];
  /** The value at the minima, if known. */
  readonly least: number | undefined;
}

/**
 * @param what a name or a formula
 * @param start as typed; a known function has a start of its own
 * @throws {UsageError} if the name, the formula or the start is not valid
 */
export function problemOf(what: string, start: string | undefined): Problem {
  if (Object.hasOwn(landscapes, what)) return known(landscapes[what]!, start);
  if (/^\s*[A-Za-z_]\w*\s*$/.test(what)) {
    const names = Object.keys(landscapes);
    throw new UsageError(
      `there is no function \`${what}\`${didYouMean(what, names) || `; write a formula, or one of ${names.join(", ")}`}`,
    );
  }
  return formula(what, start);
}

function known(landscape: Landscape, text: string | undefined): Problem {
  const { title, summary, formula, minima, least } = landscape;
  const start = text === undefined ? landscape.start : readStart(text);
  const unknowns = Object.keys(landscape.start);
  for (const name of Object.keys(start)) {
    if (unknowns.includes(name)) continue;
    throw new UsageError(
      `--start: ${title} has no unknown \`${name}\`; it has ${unknowns.join(" and ")}`,
    );
  }
  const missing = unknowns.find((name) => !Object.hasOwn(start, name));
  if (missing !== undefined) {
    throw new UsageError(
      `--start: \`${missing}\` needs a number too, as in ${exampleOf(landscape.start)}`,
    );
  }
  const expression = parseFormula({ what: "function", text: formula });
  return {
    ...{ title, summary, text: formula, expression, unknowns, minima, least },
    start: unknowns.map((name) => start[name]!),
  };
}

const exampleOf = (start: Numbers): string =>
  Object.entries(start)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");

function formula(text: string, given: string | undefined): Problem {
  const typed = { what: "function", text };
  const expression = parseFormula(typed);
  const used = namesIn(expression).filter(({ name }) => !Object.hasOwn(constants, name));
  const names = [...new Set(used.map(({ name }) => name))];
  if (names.length === 0) throw new UsageError("the function has no unknowns; it is a constant");
  if (given === undefined) {
    const example = names.map((name) => `${name}=1`).join(",");
    throw new UsageError(
      `--start is missing: give each unknown an initial value, as in --start ${example}`,
    );
  }
  const start = readStart(given);
  const unknowns = Object.keys(start);
  const unstarted = used.find(({ name }) => !unknowns.includes(name));
  if (unstarted !== undefined) {
    const meant =
      didYouMean(unstarted.name, unknowns) ||
      `: give it an initial value, --start ${unstarted.name}=1`;
    fail(typed, `unknown name \`${unstarted.name}\`${meant}`, unstarted.span);
  }
  const idle = unknowns.find((name) => !names.includes(name));
  if (idle !== undefined) {
    throw new UsageError(
      `--start: the function has no unknown \`${idle}\`${didYouMean(idle, names)}`,
    );
  }
  return {
    ...{ title: text, summary: undefined, text, expression, unknowns },
    ...{ start: Object.values(start), minima: [], least: undefined },
  };
}
