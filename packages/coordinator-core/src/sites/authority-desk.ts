import { AppError, type Logger } from "@cordon/core/kernel";
import type { AgentStore, AgentsBehind } from "../ports/agents.ts";
import type { AuthorityKeeper, AuthorityView, SignedRecovery } from "../ports/authority.ts";

/** Names of agents that a person is shown; how many there are is told beside them. */
export const BEHIND_SHOWN_MAX = 100;

export interface AuthorityStanding extends AuthorityView {
  readonly agents: AgentsBehind;
  /** Whether the phase may end without leaving anybody behind. */
  readonly ready: boolean;
}

/** Rotations of the authority: nobody is left behind unless a person says so. */
export interface AuthorityDesk {
  show(): Promise<AuthorityStanding>;
  /** Throws `identity.rotation_under_way` and `identity.root_key_missing`. */
  rotate(what: "root" | "intermediate", actor: string): Promise<AuthorityStanding>;
  /** Throws `identity.rotation_none` and, unless forced, `identity.rotation_not_ready`. */
  finish(force: boolean, actor: string): Promise<AuthorityStanding>;
  /** Throws `identity.recovery_refused`. */
  recover(signed: SignedRecovery, publicKey: string, actor: string): Promise<AuthorityStanding>;
}

export function createAuthorityDesk(deps: {
  readonly authority: AuthorityKeeper;
  readonly store: Pick<AgentStore, "listBehind">;
  /** Listeners and agents are to hear of it. */
  readonly onChanged: () => Promise<void>;
  readonly logger: Logger;
}): AuthorityDesk {
  const { authority, store, onChanged, logger } = deps;

  async function show(): Promise<AuthorityStanding> {
    const view = await authority.view();
    const agents = await store.listBehind(view.bundleVersion, view.signer, BEHIND_SHOWN_MAX);
    return { ...view, agents, ready: isReady(view, agents) };
  }

  async function changed(op: string, actor: string): Promise<AuthorityStanding> {
    await onChanged();
    const standing = await show();
    logger.info(op, { actor, phase: standing.phase, bundleVersion: standing.bundleVersion, signer: standing.signer });
    return standing;
  }

  return {
    show,
    async rotate(what, actor) {
      await authority.rotate(what);
      return changed("authority.rotate", actor);
    },
    async finish(force, actor) {
      const { phase, ready, agents } = await show();
      if (phase === "steady") throw new AppError("identity.rotation_none", "there is nothing to finish");
      if (!ready && !force) {
        const { total, unconfirmed, notRenewed } = agents;
        throw new AppError("identity.rotation_not_ready", `${phase}: of ${total} agents some are not that far`, {
          details: { phase, total, unconfirmed, notRenewed, agents: agents.agents.map(({ agentId }) => agentId) },
        });
      }
      await authority.finish();
      return changed("authority.finish", actor);
    },
    async recover(signed, publicKey, actor) {
      await authority.recover(signed, publicKey);
      return changed("authority.recover", actor);
    },
  };
}

/** A new root is used when all have it on disk; an old one goes when nobody has a certificate of it. */
function isReady({ phase }: AuthorityView, { unconfirmed, notRenewed }: AgentsBehind): boolean {
  if (phase === "introducing") return unconfirmed === 0;
  return phase === "steady" || notRenewed === 0;
}
