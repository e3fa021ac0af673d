/** Listens for the signals that ask the process to end, so that it can save first. */
import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Signals within so many milliseconds count as one: npm passes on the Ctrl-C that its children also get, and a closed
 * terminal sends more than one.
 */
const oneWish = 500;

/** The exit code of a process that was ended by a signal, as shells define it. */
export const exitCodeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** The signal of such an exit code; undefined for other codes. */
export const signalOfExitCode = (code: number): NodeJS.Signals | undefined =>
  signals.find((signal) => exitCodeOfSignal(signal) === code);

/** A request that the process ends. */
export interface Stop {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code for the signal; undefined as long as there was none. */
  readonly code: number | undefined;
  /** Stops listening: the system handles further signals. */
  dispose(): void;
}

/** Listens for the first signal; a second one ends the process at once. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let code: number | undefined;
  let since = 0;
  const hear = (signal: NodeJS.Signals) => {
    if (code === undefined) {
      code = exitCodeOfSignal(signal);
      since = performance.now();
      controller.abort();
    } else if (performance.now() - since > oneWish) {
      process.exit(exitCodeOfSignal(signal));
    }
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    dispose: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
