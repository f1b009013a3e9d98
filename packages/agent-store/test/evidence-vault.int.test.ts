import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { IncomingFile } from "@cordon/agent-core";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { openEvidenceVault } from "../src/index.ts";

async function* pieces(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

const incoming = (change: Partial<IncomingFile> = {}): IncomingFile => ({
  actionId: "act_1",
  itemId: "item",
  bytes: 6,
  chunks: pieces("abc", "def"),
  check: () => undefined,
  ...change,
});

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(path.join(folder, name)).isFile(),
  );

describe("the evidence folder", () => {
  it("keeps a file under a name of ours, whole and hashed, for the agent's own account only", async () => {
    using temp = createTempFolder();
    const folder = path.join(temp.path, "evidence");
    const kept = await openEvidenceVault({ folder, bytesMax: 10 }).keep(incoming());
    const sha256 = createHash("sha256").update("abcdef").digest("hex");
    expect(kept).toEqual({ kind: "kept", path: expect.stringMatching(/^act_1\/[0-9a-f]{32}\.bin$/), bytes: 6, sha256 });
    const file = path.join(folder, kept.kind === "kept" ? kept.path : "");
    expect(readFileSync(file, "utf8")).toBe("abcdef");
    const modes = [folder, path.dirname(file), file].map((name) => statSync(name).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  it.each(["../../etc/passwd", "a/b", "..", "C:\\x", "con\u0000"])(
    "an id that looks like a path stays inside the folder: %j",
    async (id) => {
      using temp = createTempFolder();
      const folder = path.join(temp.path, "evidence");
      const kept = await openEvidenceVault({ folder, bytesMax: 10 }).keep(incoming({ actionId: id, itemId: id }));
      expect(kept).toMatchObject({ kind: "kept", path: expect.stringMatching(/^[0-9a-f]{32}\/[0-9a-f]{32}\.bin$/) });
      expect(filesIn(temp.path)).toHaveLength(1);
    },
  );

  it.each([
    ["larger than the site's limit", { bytes: 11 }, "fetch.too_large"],
    ["shorter than announced", { bytes: 7 }, "fetch.incomplete"],
    ["longer than announced", { bytes: 5 }, "fetch.incomplete"],
    ["for which the disk has no room", { bytes: 2 ** 50 }, "fetch.disk_full"],
    [
      "that is refused by its hash",
      { check: () => ({ kind: "refused", code: "fetch.hash_mismatch", message: "other" }) as const },
      "fetch.hash_mismatch",
    ],
  ] as const)("nothing stays of a file %s", async (_what, change, code) => {
    using temp = createTempFolder();
    const bytesMax = code === "fetch.disk_full" ? 2 ** 51 : 10;
    const vault = openEvidenceVault({ folder: temp.path, bytesMax });
    expect(await vault.keep(incoming(change))).toMatchObject({ kind: "refused", code });
    expect(filesIn(temp.path)).toEqual([]);
  });

  it("nothing stays of a file whose reading breaks off, and what an earlier process left half-written is removed", async () => {
    using temp = createTempFolder();
    const vault = openEvidenceVault({ folder: temp.path, bytesMax: 10 });
    await expect(vault.keep(incoming({ chunks: pieces("abc", new Error("gone")) }))).rejects.toThrow("gone");
    expect(filesIn(temp.path)).toEqual([]);
    mkdirSync(path.join(temp.path, "act_2"));
    writeFileSync(path.join(temp.path, "act_2", "x.bin.part"), "torn");
    writeFileSync(path.join(temp.path, "act_2", "y.bin"), "whole");
    openEvidenceVault({ folder: temp.path, bytesMax: 10 });
    expect(filesIn(temp.path)).toEqual([path.join("act_2", "y.bin")]);
  });

  it("the same file fetched again takes the place of the first; the same at the same time is turned away", async () => {
    using temp = createTempFolder();
    const vault = openEvidenceVault({ folder: temp.path, bytesMax: 10 });
    const first = vault.keep(incoming());
    expect(await vault.keep(incoming())).toMatchObject({ kind: "refused", code: "fetch.busy" });
    await first;
    expect(await vault.keep(incoming({ chunks: pieces("xyzxyz") }))).toMatchObject({ kind: "kept" });
    const [name = ""] = filesIn(temp.path);
    expect(readFileSync(path.join(temp.path, name), "utf8")).toBe("xyzxyz");
    expect(existsSync(`${path.join(temp.path, name)}.part`)).toBe(false);
  });

  it("a folder that cannot be made says where and why", () => {
    using temp = createTempFolder();
    const blocked = path.join(temp.path, "file");
    writeFileSync(blocked, "");
    expect(() => openEvidenceVault({ folder: path.join(blocked, "in"), bytesMax: 1 })).toThrow(
      /fetch.unwritable.*file/,
    );
  });
});
