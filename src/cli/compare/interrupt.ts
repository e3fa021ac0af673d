import { exitCodes } from "../errors.ts";

/** The first Ctrl-C aborts the signal; a second one ends the process at once. */
export function listenForInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  return {
    signal: controller.signal,
    dispose: () => process.off("SIGINT", onInterrupt),
  };
}
