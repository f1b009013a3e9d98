import { AppError, asAppError, Secret } from "@cordon/core/kernel";
import { createSend } from "../api/send-request.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { createLoginApi } from "../login/login-api.ts";
import {
  type Profile,
  type ProfileFile,
  profileFileName,
  readProfiles,
  writeProfiles,
} from "../profile/profile-file.ts";
import { chooseProfile, parseCoordinatorUrl } from "../profile/settings.ts";
import { formatTable } from "../show/table.ts";

export const registerProfiles: RegisterCommand = (program, host) => {
  const profiles = program.command("profiles").description("the coordinators that this user is logged in to");
  addExamples(profiles, EXAMPLES);
  profiles
    .command("list")
    .description("all of them, never with their tokens")
    .action(() => list(host));
  profiles
    .command("use")
    .description("the one that is meant from now on when none is named")
    .argument("<name>", "a profile")
    .action((name) => change(host, name, (file) => ({ ...file, current: name }), `Now used: ${name}.`));
  profiles
    .command("set-tenant")
    .description("the tenant that is meant from now on when none is named")
    .argument("<tenant>", "a tenant's id")
    .action(async (tenant) => {
      const { name, profile } = chooseProfile(await readProfiles(profileFileName(host.env)), host.flags, host.env);
      const next = { ...profile, tenant };
      await change(host, name, (file) => withProfile(file, name, next), `${name}: tenant ${tenant}.`);
    });
};

export const registerLogout: RegisterCommand = (program, host) => {
  const command = program
    .command("logout")
    .description(
      "end this command line's session and forget the profile; another kind of token stays valid at the coordinator",
    )
    .argument("[name]", "a profile; the current one when it is left out")
    .action(async (given) => {
      const file = profileFileName(host.env);
      const profiles = await readProfiles(file);
      const name = given ?? chooseProfile(profiles, host.flags, host.env).name;
      await endSession(host, name, profiles.profiles[name]);
      const forget = ({ [name]: _gone, ...kept }: ProfileFile["profiles"]) => kept;
      await change(host, name, (before) => ({ ...before, profiles: forget(before.profiles) }), `${name}: forgotten.`);
    });
  addExamples(command, ["cordon logout", "cordon logout production"]);
};

/** A session ends at the coordinator too; when it cannot be asked, it ends by itself. */
async function endSession(host: Host, name: string, profile: Profile | undefined): Promise<void> {
  if (profile?.token?.startsWith(SESSION_PREFIX) !== true) return;
  const target = { url: parseCoordinatorUrl(profile.url), ca: profile.ca, token: new Secret(profile.token) };
  try {
    await createLoginApi(createSend({ ...target, env: host.env }), host.signal).logout();
  } catch (error) {
    const { message } = asAppError(error);
    host.err(`${name}: the session could not be ended at the coordinator and ends by itself (${message})`);
  }
}

async function list(host: Host): Promise<void> {
  const file = profileFileName(host.env);
  const { current, profiles } = await readProfiles(file);
  const items = Object.entries(profiles).map(([name, { url, tenant, ca, token }]) => ({
    name,
    current: name === current,
    url,
    ...(tenant === undefined ? {} : { tenant }),
    ownRoot: ca !== undefined,
    hasToken: token !== undefined,
  }));
  host.print({ file, items }, () =>
    items.length === 0
      ? `No profiles in ${file}. Make one: cordon login https://host:7444`
      : formatTable(
          [
            { title: "name", of: ({ name, current }) => (current ? `${name} *` : name) },
            { title: "url", of: ({ url }) => url },
            { title: "tenant", of: ({ tenant }) => tenant },
            { title: "trusts", of: ({ ownRoot }) => (ownRoot ? "its own root" : "Node's roots") },
          ],
          items,
        ),
  );
}

async function change(host: Host, name: string, next: (file: ProfileFile) => ProfileFile, text: string): Promise<void> {
  const file = profileFileName(host.env);
  const before = await readProfiles(file);
  if (!Object.hasOwn(before.profiles, name)) {
    const known = Object.keys(before.profiles).join(", ") || "none";
    throw new AppError("cli.not_logged_in", `there is no profile "${name}"; there are: ${known}`);
  }
  const after = next(before);
  await writeProfiles(file, after);
  host.print({ current: after.current, profiles: Object.keys(after.profiles) }, () => text);
}

function withProfile(file: ProfileFile, name: string, changed: Partial<ProfileFile["profiles"][string]>): ProfileFile {
  const profile = file.profiles[name];
  return profile === undefined ? file : { ...file, profiles: { ...file.profiles, [name]: { ...profile, ...changed } } };
}

/** Of the tokens that `cordon login` gets for a person who signed in. */
const SESSION_PREFIX = "cordon-cli-";

const EXAMPLES = [
  "cordon profiles list",
  "cordon profiles use production",
  "cordon profiles set-tenant acme",
  "cordon --profile production sites list",
];
