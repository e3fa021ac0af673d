/** Models the time of a step on many ranks: computation and communication. */

export const collectives = ["allReduce", "reduceScatter", "allGather", "broadcast"] as const;
export type Collective = (typeof collectives)[number];

/** The cost of a message: it takes `alpha + beta * bytes` seconds. */
export interface Cost {
  /** In seconds. */
  readonly alpha: number;
  /** In seconds for each byte. */
  readonly beta: number;
}

export type Network = Readonly<Record<Collective, Cost>>;

/**
 * The share of a collective on each rank: the number of consecutive messages, and how many times the array's bytes are sent.
 * Thakur,
 * Rabenseifner & Gropp, 2005, "Optimization of Collective Communication Operations in MPICH", sections 4.1 to 4.5: recursive
 * halving and doubling.
 */
export function shareOf(collective: Collective, ranks: number) {
  const rounds = Math.ceil(Math.log2(ranks));
  const once = { messages: rounds, passes: (ranks - 1) / ranks };
  const twice = { messages: 2 * rounds, passes: 2 * once.passes };
  return collective === "reduceScatter" || collective === "allGather" ? once : twice;
}

/** The most bytes of a message: a longer array is sent in several, one after the other. */
export const bucketBytes = 4 << 20;

/** The seconds of a collective on an array of so many bytes. */
export function secondsOf(
  network: Network,
  collective: Collective,
  ranks: number,
  bytes: number,
): number {
  const { alpha, beta } = network[collective];
  const { messages, passes } = shareOf(collective, ranks);
  return alpha * messages * Math.ceil(bytes / bucketBytes) + beta * passes * bytes;
}

/** The speed of a rank. */
export interface Machine {
  readonly name: string;
  /** The seconds of forward and backward pass for each parameter and example. */
  readonly compute: number;
  /** The seconds of the optimizer for each parameter. */
  readonly update: number;
  /** The examples, or tokens, of a rank's step. */
  readonly examples: number;
}

export const methods = ["data parallel", "ZeRO-1", "DiLoCo"] as const;
export type Method = (typeof methods)[number];

export interface Situation {
  readonly machine: Machine;
  readonly network: Network;
  readonly parameters: number;
  readonly ranks: number;
  /** The number of inner steps for each outer step. */
  readonly every: number;
}

/** Gradients, weights and their changes are sent in float32. */
const bytesOf = (parameters: number): number => 4 * parameters;

/** The seconds of a step. Nothing overlaps: communication starts when all is computed. */
export function stepSeconds(method: Method, situation: Situation): number {
  const { machine, network, parameters, ranks, every } = situation;
  const compute = machine.compute * machine.examples * parameters;
  const update = machine.update * parameters;
  const said = (collective: Collective) =>
    secondsOf(network, collective, ranks, bytesOf(parameters));
  if (ranks === 1) {
    return compute + update;
  }
  if (method === "ZeRO-1") {
    return compute + said("reduceScatter") + update / ranks + said("allGather");
  }
  if (method === "DiLoCo") {
    return compute + update + (said("allReduce") + update) / every;
  }
  return compute + said("allReduce") + update;
}

/** How many times as many examples a second as one rank; each rank has the same batch size. */
export const speedUp = (method: Method, situation: Situation): number =>
  (situation.ranks * stepSeconds(method, { ...situation, ranks: 1 })) /
  stepSeconds(method, situation);
