/** What setting up a checkout installs, and from where. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backportsIn } from "../scripts/backports.js";

const root = join(import.meta.dirname, "..");

describe("the source of a release's backports", () => {
  const stanza = `
# Debian's own
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Architectures: amd64
Trusted: yes
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
`;

  it("keeps the place, the key, the trust and all other options of a stanza", () => {
    expect(backportsIn("debian.sources", stanza, "bookworm")).toBe(`Types: deb
URIs: https://mirror.example/debian
Suites: bookworm-backports
Components: main
Architectures: amd64
Trusted: yes
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
`);
  });

  it("keeps those of a line", () => {
    const key = "/usr/share/keyrings/debian.gpg";
    const line = (options: string) =>
      backportsIn(
        "sources.list",
        `# first\ndeb ${options}http://deb.example/debian bookworm contrib main # our mirror\n`,
        "bookworm",
      );
    expect(line("")).toBe("deb http://deb.example/debian bookworm-backports main\n");
    expect(line(`[signed-by=${key} arch=amd64 trusted=yes] `)).toBe(
      `deb [signed-by=${key} arch=amd64 trusted=yes] http://deb.example/debian bookworm-backports main\n`,
    );
  });

  it("is made of the release's main alone, wherever it stands", () => {
    const foreign =
      "Types: deb\nURIs: https://packages.example\nSuites: nodistro\nComponents: main\n";
    expect(backportsIn("a.sources", `${foreign}\n \n${stanza}`, "bookworm")).toContain(
      "mirror.example",
    );
    for (const text of [
      foreign,
      stanza.replace("bookworm ", "trixie "),
      stanza.replace("main ", ""),
      stanza.replace("Types: deb deb-src", "Types: deb-src"),
      stanza.replace("Trusted: yes", "Enabled: no"),
      stanza.replace(/^/gm, "#"),
      "",
    ]) {
      expect(backportsIn("a.sources", text, "bookworm")).toBeUndefined();
    }
    for (const text of [
      "deb https://packages.example nodistro main",
      "deb-src http://deb.example/debian bookworm main",
      "# deb http://deb.example/debian bookworm main",
      "deb http://deb.example/debian bookworm-security main",
      "deb http://deb.example/debian bookworm contrib # and not main",
    ]) {
      expect(backportsIn("sources.list", text, "bookworm")).toBeUndefined();
    }
  });
});

describe.each(["", "bench"])("what %s/package-lock.json installs", (folder) => {
  it("is known by its hash, and runs no script", () => {
    const { packages } = JSON.parse(readFileSync(join(root, folder, "package-lock.json"), "utf8"));
    // Folders of this repository and links to them come from nowhere.
    const links = ["gradus", "gradus-cli", "gradus-site"].map((name) => `node_modules/${name}`);
    const own = ["", "cli", "site", ...links];
    const without = Object.keys(packages).filter(
      (path) => !own.includes(path) && packages[path].integrity === undefined,
    );
    expect(without).toEqual([]);
    expect(readFileSync(join(root, folder, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  });
});
