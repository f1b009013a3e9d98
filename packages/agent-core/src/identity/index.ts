export { askAgainMs, renewalDue, type Validity } from "./renewal-due.ts";
