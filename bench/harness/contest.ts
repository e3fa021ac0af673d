/** Lets contestants in other processes take turns in one case. */
import type { Case, Testimony } from "../cases/case.ts";
import type { PeerSource } from "../peers/peer.ts";
import type { Host, Hosts } from "./host.ts";
import { type Contestant, type InterleaveOptions, interleave, type Samples } from "./interleave.ts";
import { type Absence, type CaseResult, measurementsOf, type Origin } from "./results.ts";

export interface ContestOptions extends InterleaveOptions {
  /** The bytes that all contestants together may take at once. */
  readonly memory: number;
  /** The milliseconds that a contestant may take to enter and to make its first steps. */
  readonly entering: number;
}

export interface Contest {
  readonly result: CaseResult;
  /** The versions of the libraries that were found. */
  readonly versions: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly name: string;
  readonly source: PeerSource;
}

interface Field {
  /** The processes in which the case is open. */
  readonly open: Map<PeerSource, Host>;
  readonly candidates: Candidate[];
  readonly absences: Absence[];
  readonly versions: Record<string, string>;
  readonly testimonies: Testimony[];
}

interface Entered {
  readonly contestant: Contestant;
  readonly testimony: Testimony;
}

/** Asks all peers which contestants they have. */
async function candidatesOf(
  { group, name }: Case,
  peers: readonly PeerSource[],
  hosts: Hosts,
): Promise<Field> {
  const field: Field = {
    ...{ open: new Map(), candidates: [], absences: [], versions: {}, testimonies: [] },
  };
  for (const source of peers) {
    try {
      const { version, contestants } = await openIn(source, hosts, group, name, field);
      field.candidates.push(...contestants.map((each) => ({ name: each, source })));
      if (contestants.length > 0) {
        field.versions[source.name] = version;
      }
    } catch (error) {
      field.absences.push({ name: source.name, reason: (error as Error).message });
    }
  }
  return field;
}

function openIn(source: PeerSource, hosts: Hosts, group: string, name: string, { open }: Field) {
  const host = hosts.get(source);
  open.set(source, host);
  return host.ask("opened", { kind: "open", group, name, peer: source.name });
}

async function releaseAll({ open }: Field, hosts: Hosts): Promise<void> {
  for (const [source, host] of open) {
    await hosts.release(source, host);
  }
  open.clear();
}

/** Groups of contestants that fit into memory, each with the reference. */
function heatsOf(candidates: readonly Candidate[], benchmark: Case, memory: number): Candidate[][] {
  const reference = candidates.find(({ name }) => name === benchmark.reference)!;
  const others = candidates.filter((each) => each !== reference);
  const room = Math.max(1, Math.floor(memory / benchmark.bytes) - 1);
  const count = Math.max(1, Math.ceil(others.length / room));
  const size = Math.ceil(others.length / count);
  return Array.from({ length: count }, (_, index) => [
    reference,
    ...others.slice(index * size, (index + 1) * size),
  ]);
}

/** Lets contestants of one peer enter. If one of them ends the process, the others enter again in a new process. */
async function enterFrom(
  source: PeerSource,
  names: readonly string[],
  benchmark: Case,
  hosts: Hosts,
  field: Field,
  options: ContestOptions,
): Promise<Entered[]> {
  const { group, name } = benchmark;
  const entered: Entered[] = [];
  for (const contestant of names) {
    try {
      if (!field.open.get(source)?.alive) {
        await openIn(source, hosts, group, name, field);
      }
      const host = field.open.get(source)!;
      const request = { kind: "enter", contestant } as const;
      const { evidence } = await host.ask("entered", request, options.entering);
      const testimony = { name: contestant, evidence };
      entered.push({ contestant: host.contestant(contestant), testimony });
    } catch (error) {
      field.absences.push({ name: contestant, reason: (error as Error).message });
      if (!field.open.get(source)?.alive && entered.length > 0) {
        const isAbsent = (each: string) =>
          field.absences.some(({ name: absent }) => absent === each);
        const others = names.filter((each) => !isAbsent(each));
        return enterFrom(source, others, benchmark, hosts, field, options);
      }
    }
  }
  return entered;
}

/** One heat: its contestants enter, are compared, and take turns. */
async function runHeat(
  heat: readonly Candidate[],
  benchmark: Case,
  hosts: Hosts,
  field: Field,
  options: ContestOptions,
): Promise<Samples> {
  const entered: Entered[] = [];
  for (const source of new Set(heat.map((each) => each.source))) {
    const names = heat.filter((each) => each.source === source).map((each) => each.name);
    entered.push(...(await enterFrom(source, names, benchmark, hosts, field, options)));
  }
  const { reference } = benchmark;
  if (!entered.some(({ testimony }) => testimony.name === reference)) {
    throw new Error(field.absences.find((each) => each.name === reference)!.reason);
  }
  const testimonies = entered.map(({ testimony }) => testimony);
  benchmark.agree(testimonies);
  const isNew = (one: Testimony) => !field.testimonies.some((each) => each.name === one.name);
  field.testimonies.push(...testimonies.filter(isNew));
  return interleave(
    entered.map(({ contestant }) => contestant),
    { ...options, onFailure: (name, reason) => field.absences.push({ name, reason }) },
  );
}

const originsOf = (candidates: readonly Candidate[]): Map<string, Origin> =>
  new Map(candidates.map(({ name, source: { library, threads } }) => [name, { library, threads }]));

/** @throws {Error} if contestants disagree, or the reference is missing */
export async function runCase(
  benchmark: Case,
  peers: readonly PeerSource[],
  hosts: Hosts,
  options: ContestOptions,
): Promise<Contest> {
  const { group, name, reference } = benchmark;
  const field = await candidatesOf(benchmark, peers, hosts);
  const { candidates, absences, versions, testimonies } = field;
  if (!candidates.some((each) => each.name === reference)) {
    await releaseAll(field, hosts);
    const reason = absences.find((each) => each.name === reference)?.reason;
    throw new Error(`${group} ${name}: ${reason ?? `${reference} is missing`}`);
  }
  const heats: Samples[] = [];
  for (const heat of heatsOf(candidates, benchmark, options.memory)) {
    try {
      heats.push(await runHeat(heat, benchmark, hosts, field, options));
    } finally {
      await releaseAll(field, hosts);
    }
  }
  const measurements = measurementsOf(heats, reference, originsOf(candidates));
  const agreement = benchmark.agree(testimonies);
  const result = { group, name, unit: "step", reference, agreement, measurements, absences };
  return { result, versions };
}
