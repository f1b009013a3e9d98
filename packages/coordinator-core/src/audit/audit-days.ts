/** How long audit entries are kept: at least as long as the decisions that they tell of. */
export const AUDIT_DAYS = { min: 31, max: 3_650, default: 365 } as const;
