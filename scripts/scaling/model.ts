/** A model of the time of a step on many ranks: what each computes, and what they say to each other. */

export const collectives = ["allReduce", "reduceScatter", "allGather", "broadcast"] as const;
export type Collective = (typeof collectives)[number];

/** What a message costs: one takes `alpha + beta * bytes` seconds. */
export interface Cost {
  /** Seconds. */
  readonly alpha: number;
  /** Seconds a byte. */
  readonly beta: number;
}

export type Network = Readonly<Record<Collective, Cost>>;

/**
 * What a collective of an array takes of each rank: messages one behind the other, and how often its bytes pass. Thakur, Rabenseifner
 * & Gropp, 2005, "Optimization of Collective Communication Operations in MPICH", sections 4.1 to 4.5: recursive halving and doubling.
 */
export function shareOf(collective: Collective, ranks: number) {
  const rounds = Math.ceil(Math.log2(ranks));
  const once = { messages: rounds, passes: (ranks - 1) / ranks };
  const twice = { messages: 2 * rounds, passes: 2 * once.passes };
  return collective === "reduceScatter" || collective === "allGather" ? once : twice;
}

/** Bytes of a message at most: of a longer array there are several, one behind the other. */
export const bucketBytes = 4 << 20;

/** Seconds of a collective of an array of so many bytes. */
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

/** What a rank computes. */
export interface Machine {
  readonly name: string;
  /** Of forward and backward pass, of each parameter and example, in seconds. */
  readonly compute: number;
  /** Of the optimizer, of each parameter, in seconds. */
  readonly update: number;
  /** Examples of a rank's step, or tokens. */
  readonly examples: number;
}

export const methods = ["data parallel", "ZeRO-1", "DiLoCo"] as const;
export type Method = (typeof methods)[number];

export interface Situation {
  readonly machine: Machine;
  readonly network: Network;
  readonly parameters: number;
  readonly ranks: number;
  /** Own steps to one outer step. */
  readonly every: number;
}

/** Gradients, weights and what ranks have moved by travel in float32. */
const bytesOf = (parameters: number): number => 4 * parameters;

/** Seconds of a step. Nothing overlaps: what is said is said when all is computed. */
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

/** How many times as many examples a second as one rank takes; each rank's batch is the same. */
export const speedUp = (method: Method, situation: Situation): number =>
  (situation.ranks * stepSeconds(method, { ...situation, ranks: 1 })) /
  stepSeconds(method, situation);
