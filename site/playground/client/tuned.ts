/** Optimizers at good learning rates for what is raced on. */
import type { Entry } from "../state.ts";
import { hyperOf, withHyper } from "./entries.ts";
import type { Host } from "./host.ts";

/** Those without a learning rate, and those of which none is found, stay as they are. */
export function tuned(host: Host, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const { catalogue, runner, state } = host;
  const tune = async (entry: Entry): Promise<Entry> => {
    if (typeof hyperOf(catalogue, entry)["lr"] !== "number") return entry;
    try {
      const lr = await runner.ask("tune", { state, entry, middle: 0.01 });
      return withHyper(entry, "lr", lr);
    } catch {
      return entry;
    }
  };
  return Promise.all(entries.map(tune));
}
