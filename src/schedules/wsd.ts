import type { Anneal } from "./blend.ts";
import { cooldown } from "./cooldown.ts";
import { describe } from "./describe.ts";
import { count, countOrZero, finite, oneOf, readOptions, ScheduleError } from "./options.ts";
import type { Schedule } from "./schedule.ts";
import { warmup as warmUp } from "./warmup.ts";

/** Options of {@link wsd}. */
export interface WsdOptions {
  /** Value at the first step. Default 0; the first update then leaves the parameters alone. */
  readonly initial?: number;
  /** Value once `warmup` updates are done, up to the decay. */
  readonly peak: number;
  /** Value once `steps` updates are done, and from then on. Default 0. */
  readonly final?: number;
  /** Updates from `initial` to `peak`: a whole number. 0 leaves the warm-up out. */
  readonly warmup: number;
  /** Updates from `peak` to `final`, the last of them all: a whole number, 1 or more. */
  readonly decay: number;
  /** Updates in all: a whole number, at least `warmup + decay`. */
  readonly steps: number;
  /**
   * How it decays: along a straight line, half a period of the cosine, or "1-sqrt", which is steep
   * first. Default "1-sqrt".
   */
  readonly anneal?: Anneal;
}

/**
 * Warm-up, stable, decay: a line up to `peak`, a long stay there, and a short decay at the end. With
 * `anneal` "linear" it is the trapezoidal schedule.
 *
 * {@link warmup} up to `k = warmup`, where `k` updates came before this one, `peak` up to
 * `k = steps - decay`, and {@link cooldown} from there. Its first part does not depend on `steps`, so
 * that a run can be made longer after all.
 *
 * Source: Hu et al. 2024, "MiniCPM: Unveiling the Potential of Small Language Models with Scalable
 * Training Strategies" (arXiv 2404.06395), whose decay is exponential; the decay "1-sqrt" is
 * that of Hägele et al. 2024 (arXiv 2405.18392). Transformers has it as `get_wsd_schedule`, "cosine" by
 * default, and timm as `WSDLRScheduler`, "1-sqrt" by default; neither PyTorch, Optax nor Keras does.
 *
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range, or if warm-up and
 * decay do not fit into the steps.
 * @example
 * ```ts
 * const lr = wsd({ peak: 0.4, warmup: 10, steps: 116, decay: 16 });
 * lr(1); // 0
 * lr(6); // 0.2
 * lr(11); // 0.4
 * lr(101); // 0.4
 * lr(105); // 0.2
 * lr(117); // 0
 * ```
 */
export function wsd(options: WsdOptions): Schedule {
  const read = readOptions("wsd", options, {
    initial: { is: finite, default: 0 },
    peak: { is: finite },
    final: { is: finite, default: 0 },
    warmup: { is: countOrZero },
    decay: { is: count },
    steps: { is: count },
    anneal: { is: oneOf(["linear", "cosine", "1-sqrt"]), default: "1-sqrt" },
  });
  const { initial, peak, final, warmup, decay, steps, anneal } = read;
  const start = steps - decay;
  if (warmup > start) {
    throw new ScheduleError(
      "wsd",
      `\`warmup\` (${warmup}) and \`decay\` (${decay}) do not fit into \`steps\` (${steps})`,
    );
  }
  const from = warmUp({ steps: warmup, initial, peak });
  return describe("wsd", read, cooldown({ initial: from, start, steps: decay, final, anneal }));
}
