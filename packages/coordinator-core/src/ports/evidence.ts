import type { EvidenceItem } from "@cordon/core/endpoint";
import type { ActionId, EndpointId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";

/** A file as it lies in its site's evidence folder: its content never leaves the site. */
export interface EvidenceFile {
  readonly itemId: string;
  /** Relative to the evidence folder of the site's agent. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface EvidenceProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Who asked for what an action brought, and what came of it: kept for good. */
export interface EvidenceRecord {
  readonly requestId: string;
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly actionId: ActionId;
  readonly endpointId: EndpointId;
  readonly want: "metadata" | "file";
  /** The item that was asked for; absent: whatever the action brought. */
  readonly itemId?: string;
  readonly requestedBy: string;
  readonly requestedAt: EpochMs;
  /** `asked`: the site has not answered yet. `failed`: `problem` says why. */
  readonly state: "asked" | "answered" | "failed";
  readonly answeredAt?: EpochMs;
  readonly items: readonly EvidenceItem[];
  readonly file?: EvidenceFile;
  readonly problem?: EvidenceProblem;
}

export interface EvidenceAnswerFacts {
  readonly items: readonly EvidenceItem[];
  readonly file?: EvidenceFile;
  readonly problem?: EvidenceProblem;
}

export interface EvidenceStore {
  addEvidence(record: EvidenceRecord): Promise<void>;
  /** The first answer counts; undefined when this site was asked nothing under this id, or it was answered before. */
  finishEvidence(
    tenantId: TenantId,
    siteId: SiteId,
    requestId: string,
    answer: EvidenceAnswerFacts,
    now: EpochMs,
  ): Promise<EvidenceRecord | undefined>;
  getEvidence(tenantId: TenantId, requestId: string): Promise<EvidenceRecord | undefined>;
  /** Newest first. */
  listEvidence(tenantId: TenantId, actionId: ActionId, limit: number): Promise<readonly EvidenceRecord[]>;
}
