import { breakGlassRotated } from "@cordon/contracts/api";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";

export const registerBreakGlass: RegisterCommand = (program, host) => {
  const group = program
    .command("break-glass")
    .description("the emergency account: the token in the coordinator's data directory, which may do everything");
  addExamples(group, ["cordon break-glass rotate", "cordon status --json | jq .breakGlass"]);
  group
    .command("rotate")
    .description("make a new token there; the old one is worth nothing from then on. It is not shown")
    .option("-y, --yes", "do not ask")
    .action(async ({ yes }) => {
      await host.confirm("Make the present break-glass token worthless and write a new one?", yes);
      const rotated = await (await host.api()).post("/break-glass/rotate", {}, breakGlassRotated);
      host.print(rotated, () => `The new token lies in ${rotated.file} on the coordinator's machine.`);
    });
};
