import type { Optimizer } from "../runtime/optimizer.ts";
import type { ParameterSource } from "../runtime/parameters.ts";
import type { Training } from "./task.ts";

/** What a training run does once it has an optimizer. */
export type Steps = Pick<Training, "gradients" | "evaluate">;

/**
 * A training run from its parameters and from what it does with their optimizer, such as recording
 * a network on a tape.
 *
 * The run throws an Error when it is attached twice or to an optimizer of other parameters, or used
 * before it is attached.
 *
 * @param parameters initialized
 * @param bind called once, by `attach`
 * @example
 * const net = parameters({ x: [1] });
 * const training = createTraining(net, (optimizer) => ({
 *   gradients() {
 *     const [x] = net.x.data;
 *     optimizer.gradients.x[0] = 2 * (x - 3);
 *     return (x - 3) ** 2;
 *   },
 *   evaluate: () => net.x.data[0],
 * }));
 * const optimizer = optimize(net, sgd({ lr: 0.5 }));
 * training.attach(optimizer);
 * training.gradients(1); // 9: the loss
 * optimizer.step();
 * training.evaluate(); // 3
 */
export function createTraining<P extends ParameterSource>(
  parameters: P,
  bind: (optimizer: Optimizer<P>) => Steps,
): Training {
  let steps: Steps | undefined;
  const attached = (): Steps => {
    if (steps === undefined) {
      throw new Error("this training run has no optimizer yet: call attach(optimizer) first");
    }
    return steps;
  };
  return {
    parameters,
    attach(optimizer) {
      if (steps !== undefined) {
        throw new Error("this training run has an optimizer already: make a run for each");
      }
      if (!isOf(optimizer, parameters)) {
        throw new Error("the optimizer is not that of this training run's parameters");
      }
      steps = bind(optimizer);
    },
    gradients: (step) => attached().gradients(step),
    evaluate: () => attached().evaluate(),
  };
}

function isOf<P extends ParameterSource>(
  optimizer: Optimizer,
  parameters: P,
): optimizer is Optimizer<P> {
  return Object.entries(parameters).every(([name, parameter]) => {
    const data = "data" in parameter ? parameter.data : parameter;
    return optimizer.parameters[name]?.data === data;
  });
}
