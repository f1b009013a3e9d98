import { AppError, silentLogger } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { withReleased } from "./release.ts";

function setup() {
  const stop = new AbortController();
  const opening = Promise.withResolvers<string>();
  const released: string[] = [];
  const resource = {
    open: () => opening.promise,
    release: async (id: string) => {
      released.push(id);
    },
    signal: stop.signal,
    logger: silentLogger,
  };
  return { stop, opening, released, resource };
}

test("what is opened is released once: after use, after an error, and even when the release itself fails", async () => {
  const { opening, released, resource } = setup();
  opening.resolve("a");
  expect(await withReleased(resource, async (id) => `used ${id}`)).toBe("used a");
  await expect(withReleased(resource, () => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  expect(released).toEqual(["a", "a"]);
  const failing = { ...resource, release: () => Promise.reject(new Error("gone")) };
  expect(await withReleased(failing, async () => 1)).toBe(1);
});

test("giving up while it is being opened leaves at once, and what opens afterwards is released", async () => {
  const { stop, opening, released, resource } = setup();
  const using = withReleased(resource, async () => expect.unreachable("nobody may use it any more"));
  stop.abort(new Error("enough"));
  await expect(using).rejects.toThrow("enough");
  expect(released).toEqual([]);
  opening.resolve("late");
  await opening.promise;
  expect(released).toEqual(["late"]);
});

test("nothing is opened for a caller that gave up before", async () => {
  const { stop, resource } = setup();
  stop.abort(new Error("enough"));
  let opened = 0;
  const open = async () => {
    opened += 1;
    return "a";
  };
  await expect(withReleased({ ...resource, open }, async () => 1)).rejects.toThrow("enough");
  expect(opened).toBe(0);
});

test("an accessor that KSC dropped in between is a lost session, not a missing object", async () => {
  const { opening, resource } = setup();
  opening.resolve("a");
  const dropped = () => Promise.reject(new AppError("ksc.not_found", "accessor"));
  await expect(withReleased(resource, dropped)).rejects.toMatchObject({ code: "ksc.session_lost" });
});
