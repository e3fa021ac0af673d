/** Prepares training and stopping of a run. With several ranks, a request to end that reaches one of them ends all after the same step. */
import type { Prepared } from "../compare/prepare.ts";
import type { Stop } from "../stopping.ts";
import { listenToInput } from "./input.ts";
import type { Ranks } from "./ranks.ts";

export function synchronizeRun(
  prepared: Prepared,
  localStop: Stop,
  ranks: Ranks | undefined,
): { readonly prepared: Prepared; readonly stop: Pick<Stop, "code"> } {
  if (ranks === undefined) return { prepared, stop: localStop };
  const input = listenToInput();
  const training = ranks.synchronized(prepared.training, () => localStop.code ?? input.code);
  return {
    prepared: { ...prepared, training },
    stop: {
      get code() {
        return ranks.stopCode;
      },
    },
  };
}
