/** The part of a saved state that belongs to some parameters. */
import { mapped, type OptimizerState } from "../runtime/state/state.ts";

const picked = <V>(
  record: Readonly<Record<string, V>>,
  names: ReadonlySet<string>,
): Record<string, V> =>
  mapped(
    Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name))),
    (value) => value,
  );

/** The state of these parameters only. */
export function stateOf<A>(
  state: OptimizerState<A>,
  names: ReadonlySet<string>,
): OptimizerState<A> {
  const some = (parameters: readonly string[]) => parameters.filter((name) => names.has(name));
  return {
    ...state,
    groups: state.groups
      .map((group) => ({ ...group, parameters: some(group.parameters) }))
      .filter(({ parameters }) => parameters.length > 0),
    shapes: picked(state.shapes, names),
    schedules: state.schedules.map((each) => ({ ...each, of: mapped(each.of, some) })),
    begun: { ...state.begun, parts: picked(state.begun.parts, names) },
    parameters: picked(state.parameters, names),
    nested: mapped(state.nested, (each) => stateOf(each, names)),
  };
}
