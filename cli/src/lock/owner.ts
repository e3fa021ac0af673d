/**
 * Who owns a lock, and whether that process still runs. It listens on a socket in the folder, which the system closes
 * when the process ends, however it ends: a number may be another process's by now, every container has a number 1, and
 * a heartbeat may be late. A socket answers while its process is stopped or busy, and in every container of a machine.
 */
import { closeSync, openSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Check, isCount, isText, optional } from "../fields.ts";

/** What a lock says of its owner. */
export interface Owner {
  /** A UUID: of this lock, and no other. */
  readonly id: string;
  readonly process: number;
  readonly host: string;
  /** Which start of which machine: the same in all its containers. */
  readonly machine?: string;
  /** Whether it listens. Some file systems have no sockets; then the rest tells of the process. */
  readonly socket?: boolean;
  /** The space of process numbers. */
  readonly numbers?: string;
  /** When the process began, as the system counts. */
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

/** Of Linux, what a file in /proc says; elsewhere nothing. */
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

/** When a process began, where the system says so; "" for one that has ended and was not waited for. */
function beginning(id: number): string | undefined {
  const text = system(() => readFileSync(`/proc/${id}/stat`, "utf8"));
  // The name before may hold anything. The state is field 3, the beginning field 22.
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

/** Longer paths of sockets are cut off by the system. */
const mostBytes = 100;

/** Calls with a path to a socket that is short enough. */
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

/** Listens in a folder for as long as this process runs; nothing where the system cannot. */
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

/** What is known of a process; of some nothing can be told from here. */
export type Life = "runs" | "ended" | "unknown";

/** Whether somebody listens at a socket in a folder. */
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

/** Whether the owner of a lock in a folder still runs. What has ended never runs again. */
export async function lifeOf(folder: string, owner: Owner): Promise<Life> {
  const here =
    owner.machine === undefined ? owner.host === hostname() : owner.machine === machine();
  // On a disk of this machine nobody else can be at it: the owner was before its last start.
  if (!here) return isLocal(folder) ? "ended" : "unknown";
  const life = owner.socket ? await lifeAt(folder, owner.id) : "ended";
  // Of a network's disk a socket may be seen through one mount and not through another.
  return life === "ended" && !(owner.socket && isLocal(folder)) ? lifeByNumber(owner) : life;
}

function lifeByNumber({ process: id, numbers: space, began }: Owner): Life {
  if (space !== undefined && space !== numbers()) return "unknown";
  if (began !== undefined) return beginning(id) === began ? "runs" : "ended";
  // This process has no lock, so it was another one of the same number.
  if (id === process.pid) return "ended";
  try {
    process.kill(id, 0);
    return "unknown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "ended" : "unknown";
  }
}

/** ext2 to ext4, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs, and overlays: disks that one machine has at a time. */
const localTypes = [
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994, 0x794c7630,
];

function isLocal(folder: string): boolean {
  return process.platform === "linux" && localTypes.includes(statfsSync(folder).type);
}
