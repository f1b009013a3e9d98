import { expect, test } from "vitest";
import { aclCommand } from "./protect-folder.ts";

test("[I12] on Windows the identity's folder is the system's, administrators' and the agent's user's alone, and no shell is asked", () => {
  const user = 'CORP\\soc "agent" & del';
  const { file, args } = aclCommand("C:\\ProgramData\\cordon agent\\identity", user, "C:\\Windows");
  expect(file).toBe("C:\\Windows\\System32\\icacls.exe");
  expect(args).toEqual([
    "C:\\ProgramData\\cordon agent\\identity",
    // What is inherited goes: else everybody whom the folder above lets in is let in here.
    "/inheritance:r",
    "/grant:r",
    "*S-1-5-18:(OI)(CI)F",
    "*S-1-5-32-544:(OI)(CI)F",
    `${user}:(OI)(CI)F`,
    "/Q",
  ]);
});
