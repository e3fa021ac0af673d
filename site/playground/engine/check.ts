/** Whether an entry can race: its rule is compiled, and makes a step. */
import type { Entry, GroundState, State } from "../state.ts";
import { type Problem, problemOf } from "./problems.ts";
import { Race } from "./race.ts";
import { ruleOf } from "./rules.ts";
import { surfaceExpression, surfaceFacts } from "./surface.ts";

/** @returns what is wrong; `undefined` where nothing is */
export function checkEntry(state: State, entry: Entry): Problem | undefined {
  try {
    ruleOf(entry);
    // Some mistakes are found where a rule meets parameters.
    const race = new Race({ ...state, entries: [entry] });
    race.advance(2);
    race.dispose();
    const [message] = race.problems;
    return message === undefined ? undefined : { message };
  } catch (error) {
    return problemOf(error, entry.kind === "rule" ? entry.rule : "");
  }
}

export function checkGround(ground: GroundState): Problem | undefined {
  if (ground.kind !== "surface") return undefined;
  const { formula } = surfaceFacts(ground);
  try {
    surfaceExpression(formula);
    return undefined;
  } catch (error) {
    return problemOf(error, formula);
  }
}
