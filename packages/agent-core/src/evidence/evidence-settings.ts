export interface EvidenceSettings {
  /** False: this site lets nobody list or fetch what lies in its quarantines. */
  readonly enabled: boolean;
  /** Requests that are worked on at once; more are turned away. */
  readonly requestsMax: number;
  /** Answers that wait for a session; older ones are dropped. */
  readonly answersMax: number;
  /** Objects of one answer. */
  readonly itemsMax: number;
}

export const DEFAULT_EVIDENCE: EvidenceSettings = { enabled: true, requestsMax: 2, answersMax: 32, itemsMax: 50 };
