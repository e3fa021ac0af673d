/** Restores the states that all parameters share, for parameters that are not in the saved state. */

import { append, own } from "./binding/lists.ts";
import type { Compared, Copy } from "./state/comparison.ts";
import { inPart, partOf } from "./state/ruleParts.ts";
import type { OptimizerState, SavedState, StateGroup } from "./state/state.ts";

/**
 * Gives the shared states to parameters that are not restored.
 * @returns the step at which each part began, and the copies to make
 */
export function takeShared(
  live: OptimizerState,
  saved: SavedState,
  compared: readonly Compared[],
): { readonly begun: Record<string, number>; readonly copies: readonly Copy[] } {
  const begun: Record<string, number> = {};
  const copies: Copy[] = [];
  const members = new Map<StateGroup | undefined, Compared[]>();
  const first = new Map<string, Compared>();
  for (const each of compared) {
    append(members, each.now, each);
    for (const part of each.restored) {
      first.set(part, first.get(part) ?? each);
    }
  }
  for (const group of live.groups.filter(({ shared }) => shared.length > 0)) {
    const inGroup = members.get(group) ?? [];
    for (const part of new Set(group.shared.map(partOf))) {
      const donor = inGroup.find(({ restored }) => restored.has(part)) ?? first.get(part);
      const source = donor?.parts.get(part);
      const stays = saved.step - live.step + (own(live.begun.shared, part) ?? 0);
      const at = source === undefined ? stays : (own(saved.begun.shared, source) ?? 0);
      if (at !== 0) {
        begun[part] = at;
      }
      const slots = group.shared.filter((slot) => partOf(slot) === part);
      for (const { name, restored } of donor === undefined ? [] : inGroup) {
        for (const slot of restored.has(part) ? [] : slots) {
          const from = saved.parameters[donor!.name]![inPart(slot, source!)]!;
          copies.push({ from, to: live.parameters[name]![slot]! });
        }
      }
    }
  }
  return { begun, copies };
}
