export { type Admission, type AdmitInput, admit, promote } from "./admit.ts";
export { compareUrgency, type EndpointBook, emptyBook, type Slot, type SlotStage, type Waiting } from "./book.ts";
export { budgetOf } from "./budget.ts";
export { isKnown, isProtected, type Placement, type PlaceRequest, type PlaceView, place } from "./place.ts";
export { capOf, checkLedgerPolicy, DEFAULT_LEDGER_POLICY, type LedgerPolicy, type SlotLimits } from "./policy.ts";
export { type Candidate, type RecognisePolicy, recognise, type SeenTask } from "./recognise.ts";
