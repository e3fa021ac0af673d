/**
 * Finds out whether the owner of a lock still runs. The owner listens on a socket in the folder, which the system closes
 * when the process ends, however it ends. A process number is not enough: it may belong to another process by now, and every
 * container has a number 1. A heartbeat may be late. A socket answers even while its process is stopped or busy, and in every
 * container of a machine.
 */
import { closeSync, openSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Check, isCount, isText, optional } from "../fields.ts";

/** What a lock says about its owner. */
export interface Owner {
  /** A UUID of this lock alone. */
  readonly id: string;
  readonly process: number;
  readonly host: string;
  /** Identifies the machine and its last start; the same in all its containers. */
  readonly machine?: string;
  /** Whether the owner listens on a socket. Some file systems have no sockets; then the other fields identify the process. */
  readonly socket?: boolean;
  /** The namespace of process numbers. */
  readonly numbers?: string;
  /** The start time of the process, in the system's own unit. */
  readonly began?: string;
}

const isBoolean = (value: unknown) => typeof value === "boolean";

export const ownerChecks: readonly Check[] = [
  [
    "id",
    "a UUID",
    (value) => isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  ],
  ["process", "the number of a process", isCount],
  ["host", "a text", isText],
  ["machine", "a text", optional(isText)],
  ["socket", "true or false", optional(isBoolean)],
  ["numbers", "a text", optional(isText)],
  ["began", "a text", optional(isText)],
];

/** The text of a file in /proc on Linux; undefined elsewhere. */
function system(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const machine = () =>
  system(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? hostname();

const numbers = () => system(() => readlinkSync("/proc/self/ns/pid"));

/** When a process began, if the system says so; "" if it has ended and its parent has not waited for it. */
function beginning(id: number): string | undefined {
  const text = system(() => readFileSync(`/proc/${id}/stat`, "utf8"));
  // The process name before it may contain anything. The state is field 3, the start time field 22.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? "" : fields?.[19];
}

/** This process as an owner. */
export function thisProcess(id: string, socket: boolean): Owner {
  const [space, began] = [numbers(), beginning(process.pid)];
  return {
    ...{ id, process: process.pid, host: hostname(), machine: machine(), socket },
    ...(space === undefined ? {} : { numbers: space }),
    ...(began === undefined ? {} : { began }),
  };
}

export const socketOf = (id: string) => `lock-${id}.sock`;

/** The system cuts off longer paths of sockets. */
const mostBytes = 100;

/** Calls a function with a path to the socket that is short enough. */
async function reaching<T>(
  folder: string,
  name: string,
  act: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= mostBytes) return act(path);
  const descriptor = openSync(folder, "r");
  try {
    return await act(`/proc/self/fd/${descriptor}/${name}`);
  } finally {
    closeSync(descriptor);
  }
}

/** Listens in a folder as long as this process runs; undefined if the system cannot. */
export async function listen(folder: string, id: string): Promise<Server | undefined> {
  if (process.platform === "win32") return undefined;
  const server = createServer((socket) => socket.destroy()).unref();
  const listening = (path: string) =>
    new Promise<Server | undefined>((resolve) => {
      server.once("error", () => resolve(undefined));
      server.listen(path, () => resolve(server));
    });
  return reaching(folder, socketOf(id), listening).catch(() => undefined);
}

/** The state of a process. For some processes it cannot be found out from here. */
export type Life = "runs" | "ended" | "unknown";

/** Whether a process listens at a socket in a folder. */
export async function lifeAt(folder: string, id: string): Promise<Life> {
  const asking = (path: string) =>
    new Promise<Life>((resolve) => {
      const socket = connect(path, () => {
        socket.destroy();
        resolve("runs");
      });
      socket.once("error", ({ code }: NodeJS.ErrnoException) => {
        const may = code === "EACCES" || code === "EPERM";
        resolve(may ? "unknown" : code === "ECONNREFUSED" || code === "ENOENT" ? "ended" : "runs");
      });
    });
  return reaching(folder, socketOf(id), asking);
}

/** Whether the owner of a lock in a folder still runs. An ended owner never runs again. */
export async function lifeOf(folder: string, owner: Owner): Promise<Life> {
  const here =
    owner.machine === undefined ? owner.host === hostname() : owner.machine === machine();
  // Only this machine can use a local disk, so the owner ran before the last start of the machine.
  if (!here) return isLocal(folder) ? "ended" : "unknown";
  const life = owner.socket ? await lifeAt(folder, owner.id) : "ended";
  // On a network disk, a socket may be visible through one mount and not through another.
  return life === "ended" && !(owner.socket && isLocal(folder)) ? lifeByNumber(owner) : life;
}

function lifeByNumber({ process: id, numbers: space, began }: Owner): Life {
  if (space !== undefined && space !== numbers()) return "unknown";
  if (began !== undefined) return beginning(id) === began ? "runs" : "ended";
  // This process has no lock, so the owner was another process with the same number.
  if (id === process.pid) return "ended";
  try {
    process.kill(id, 0);
    return "unknown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "ended" : "unknown";
  }
}

/** File systems that only one machine uses at a time: ext2 to ext4, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs and overlays. */
const localTypes = [
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994, 0x794c7630,
];

function isLocal(folder: string): boolean {
  return process.platform === "linux" && localTypes.includes(statfsSync(folder).type);
}
