export { askAgainMs, BACKDATE_MS, renewalDue, type Validity } from "./renewal-due.ts";
