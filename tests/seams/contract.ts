/** Everything that follows the contract of optimizers, each set up so that its steps are those of the rule alone. */
import { connect, outer } from "../../src/distributed/index.ts";
import {
  type AnyOptimizer,
  accumulate,
  galore,
  type OptimizeOptions,
  optimize,
  type ParameterSource,
  parameters,
  privatize,
  type Rule,
  type StepReport,
  sam,
  sgd,
  Wrapper,
} from "../../src/index.ts";

const alone = await connect();

export const makeNet = () => {
  const net = parameters({ b: [2], frozen: [2], w: [3, 2] }, { type: "float64" });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  return net;
};

export type Net = ReturnType<typeof makeNet>;

/** The contract of whatever makes one step for each gradient. */
export type Contracted = Omit<AnyOptimizer<Net>, "bindTo"> & Partial<Pick<AnyOptimizer, "bindTo">>;

/** A wrapper outside of src that uses only the public interface. */
class Passing<P extends ParameterSource> extends Wrapper<P> implements AnyOptimizer<P> {
  step(...given: Parameters<AnyOptimizer["step"]>): StepReport {
    return this.inner.step(...given);
  }

  bindTo(net: ParameterSource): AnyOptimizer {
    return new Passing(this.inner.bindTo(net));
  }
}

type Make = (net: Net, rule: Rule, settings: OptimizeOptions) => Contracted;

const private_ = { examples: 1, clip: 1e9, noiseMultiplier: 0, seed: 1 };

/** With one rank, the mean is that rank's own weights. */
const mean = { every: 1, rule: sgd({ lr: 1 }) };

/** A wrapper that normally takes a function makes steps from gradients here, like the others. */
function steppedByGradients(inner: AnyOptimizer<Net>): Contracted {
  const sharpness = sam(inner, { rho: 0 });
  const step: AnyOptimizer<Net>["step"] = (gradients, inputs) =>
    sharpness.step(() => ({ ...(gradients && { gradients: gradients as never }), ...inputs }));
  return new Proxy(sharpness as unknown as Contracted, {
    get(target, name) {
      const value: unknown = name === "step" ? step : Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** By name; a new wrapper is one more line. */
export const contracted: Readonly<Record<string, Make>> = {
  optimize,
  accumulate: (net, rule, settings) => accumulate(net, rule, { ...settings, steps: 1 }),
  privatize: (net, rule, settings) => privatize(net, rule, { ...settings, ...private_ }),
  "data parallel on one rank": (net, rule, settings) =>
    optimize(net, rule, { ...settings, communicator: alone }),
  // It cannot be bound to other parameters.
  "sharded on one rank": (net, rule, settings) =>
    Object.assign(optimize(net, rule, { ...settings, communicator: alone, shardState: true }), {
      bindTo: undefined,
    }),
  galore: (net, rule, settings) => {
    const { zeroGradients: _, ...rest } = settings;
    return galore(net, rule, rest);
  },
  sam: (net, rule, settings) => steppedByGradients(optimize(net, rule, settings)),
  outer: (net, rule, settings) =>
    outer(optimize(net, rule, settings), { ...mean, communicator: alone }),
  "one's own": (net, rule, settings) => new Passing<Net>(optimize(net, rule, settings)),
  "accumulate around one's own": (net, rule, settings) =>
    accumulate(net, (own) => new Passing(optimize(own, rule, settings)), { ...settings, steps: 1 }),
  "accumulate around an optimizer": (net, rule, settings) =>
    accumulate(net, (own) => optimize(own, rule, settings), { ...settings, steps: 1 }),
  "privatize around an optimizer": (net, rule, settings) =>
    privatize(net, (own) => optimize(own, rule, settings), { ...settings, ...private_ }),
  "galore around an optimizer": (net, rule, settings) =>
    galore(net, (own) => optimize(own, rule, settings), {
      nonFinite: settings.nonFinite ?? "throw",
    }),
};
