// Generated from proto/ by packages/protocol/generate.mjs (`npm run proto:gen`). Do not edit.
import * as $protobuf from "protobufjs";

export namespace cordon {

    namespace agent {

        namespace v1 {

            interface IEnvelope extends cordon.agent.v1.Envelope.$Properties {
            }

            class Envelope {
                constructor(properties?: cordon.agent.v1.Envelope.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                seq: number;
                traceparent: string;
                ping: (cordon.agent.v1.Ping|null);
                pong: (cordon.agent.v1.Pong|null);
                receipt: (cordon.agent.v1.Receipt|null);
                statusBatch: (cordon.agent.v1.StatusBatch|null);
                statusAck: (cordon.agent.v1.StatusAck|null);
                cancelResult: (cordon.agent.v1.CancelResult|null);
                hello: (cordon.agent.v1.Hello|null);
                welcome: (cordon.agent.v1.Welcome|null);
                inventorySnapshot: (cordon.agent.v1.InventorySnapshot|null);
                inventoryDelta: (cordon.agent.v1.InventoryDelta|null);
                inventoryAck: (cordon.agent.v1.InventoryAck|null);
                policyPush: (cordon.agent.v1.PolicyPush|null);
                policyApplied: (cordon.agent.v1.PolicyApplied|null);
                resolveRequest: (cordon.agent.v1.ResolveRequest|null);
                resolveAnswer: (cordon.agent.v1.ResolveAnswer|null);
                budgetReport: (cordon.agent.v1.BudgetReport|null);
                releaseResult: (cordon.agent.v1.ReleaseResult|null);
                leaseReport: (cordon.agent.v1.LeaseReport|null);
                evidenceAnswer: (cordon.agent.v1.EvidenceAnswer|null);
                siteReport: (cordon.agent.v1.SiteReport|null);
                updateOffer: (cordon.agent.v1.UpdateOffer|null);
                updateReport: (cordon.agent.v1.UpdateReport|null);
                renewalRequest: (cordon.agent.v1.RenewalRequest|null);
                renewalAnswer: (cordon.agent.v1.RenewalAnswer|null);
                trustBundle: (cordon.agent.v1.TrustBundle|null);
                trustApplied: (cordon.agent.v1.TrustApplied|null);
                signedOrder: (cordon.agent.v1.SignedOrder|null);
                orderRefused: (cordon.agent.v1.OrderRefused|null);
                orderKeysHeld: (cordon.agent.v1.OrderKeysHeld|null);
                body?: ("ping"|"pong"|"receipt"|"statusBatch"|"statusAck"|"cancelResult"|"hello"|"welcome"|"inventorySnapshot"|"inventoryDelta"|"inventoryAck"|"policyPush"|"policyApplied"|"resolveRequest"|"resolveAnswer"|"budgetReport"|"releaseResult"|"leaseReport"|"evidenceAnswer"|"siteReport"|"updateOffer"|"updateReport"|"renewalRequest"|"renewalAnswer"|"trustBundle"|"trustApplied"|"signedOrder"|"orderRefused"|"orderKeysHeld")|undefined;
                static encode(message: cordon.agent.v1.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Envelope & cordon.agent.v1.Envelope.$Shape;
            }

            namespace Envelope {
                interface $Properties {
                    seq?: number|undefined;
                    traceparent?: string|undefined;
                    ping?: (cordon.agent.v1.Ping.$Properties|null)|undefined;
                    pong?: (cordon.agent.v1.Pong.$Properties|null)|undefined;
                    receipt?: (cordon.agent.v1.Receipt.$Properties|null)|undefined;
                    statusBatch?: (cordon.agent.v1.StatusBatch.$Properties|null)|undefined;
                    statusAck?: (cordon.agent.v1.StatusAck.$Properties|null)|undefined;
                    cancelResult?: (cordon.agent.v1.CancelResult.$Properties|null)|undefined;
                    hello?: (cordon.agent.v1.Hello.$Properties|null)|undefined;
                    welcome?: (cordon.agent.v1.Welcome.$Properties|null)|undefined;
                    inventorySnapshot?: (cordon.agent.v1.InventorySnapshot.$Properties|null)|undefined;
                    inventoryDelta?: (cordon.agent.v1.InventoryDelta.$Properties|null)|undefined;
                    inventoryAck?: (cordon.agent.v1.InventoryAck.$Properties|null)|undefined;
                    policyPush?: (cordon.agent.v1.PolicyPush.$Properties|null)|undefined;
                    policyApplied?: (cordon.agent.v1.PolicyApplied.$Properties|null)|undefined;
                    resolveRequest?: (cordon.agent.v1.ResolveRequest.$Properties|null)|undefined;
                    resolveAnswer?: (cordon.agent.v1.ResolveAnswer.$Properties|null)|undefined;
                    budgetReport?: (cordon.agent.v1.BudgetReport.$Properties|null)|undefined;
                    releaseResult?: (cordon.agent.v1.ReleaseResult.$Properties|null)|undefined;
                    leaseReport?: (cordon.agent.v1.LeaseReport.$Properties|null)|undefined;
                    evidenceAnswer?: (cordon.agent.v1.EvidenceAnswer.$Properties|null)|undefined;
                    siteReport?: (cordon.agent.v1.SiteReport.$Properties|null)|undefined;
                    updateOffer?: (cordon.agent.v1.UpdateOffer.$Properties|null)|undefined;
                    updateReport?: (cordon.agent.v1.UpdateReport.$Properties|null)|undefined;
                    renewalRequest?: (cordon.agent.v1.RenewalRequest.$Properties|null)|undefined;
                    renewalAnswer?: (cordon.agent.v1.RenewalAnswer.$Properties|null)|undefined;
                    trustBundle?: (cordon.agent.v1.TrustBundle.$Properties|null)|undefined;
                    trustApplied?: (cordon.agent.v1.TrustApplied.$Properties|null)|undefined;
                    signedOrder?: (cordon.agent.v1.SignedOrder.$Properties|null)|undefined;
                    orderRefused?: (cordon.agent.v1.OrderRefused.$Properties|null)|undefined;
                    orderKeysHeld?: (cordon.agent.v1.OrderKeysHeld.$Properties|null)|undefined;
                    body?: ("ping"|"pong"|"receipt"|"statusBatch"|"statusAck"|"cancelResult"|"hello"|"welcome"|"inventorySnapshot"|"inventoryDelta"|"inventoryAck"|"policyPush"|"policyApplied"|"resolveRequest"|"resolveAnswer"|"budgetReport"|"releaseResult"|"leaseReport"|"evidenceAnswer"|"siteReport"|"updateOffer"|"updateReport"|"renewalRequest"|"renewalAnswer"|"trustBundle"|"trustApplied"|"signedOrder"|"orderRefused"|"orderKeysHeld")|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  seq?: number|undefined;
                  traceparent?: string|undefined;
                  ping?: cordon.agent.v1.Ping.$Shape|null|undefined;
                  pong?: cordon.agent.v1.Pong.$Shape|null|undefined;
                  receipt?: cordon.agent.v1.Receipt.$Shape|null|undefined;
                  statusBatch?: cordon.agent.v1.StatusBatch.$Shape|null|undefined;
                  statusAck?: cordon.agent.v1.StatusAck.$Shape|null|undefined;
                  cancelResult?: cordon.agent.v1.CancelResult.$Shape|null|undefined;
                  hello?: cordon.agent.v1.Hello.$Shape|null|undefined;
                  welcome?: cordon.agent.v1.Welcome.$Shape|null|undefined;
                  inventorySnapshot?: cordon.agent.v1.InventorySnapshot.$Shape|null|undefined;
                  inventoryDelta?: cordon.agent.v1.InventoryDelta.$Shape|null|undefined;
                  inventoryAck?: cordon.agent.v1.InventoryAck.$Shape|null|undefined;
                  policyPush?: cordon.agent.v1.PolicyPush.$Shape|null|undefined;
                  policyApplied?: cordon.agent.v1.PolicyApplied.$Shape|null|undefined;
                  resolveRequest?: cordon.agent.v1.ResolveRequest.$Shape|null|undefined;
                  resolveAnswer?: cordon.agent.v1.ResolveAnswer.$Shape|null|undefined;
                  budgetReport?: cordon.agent.v1.BudgetReport.$Shape|null|undefined;
                  releaseResult?: cordon.agent.v1.ReleaseResult.$Shape|null|undefined;
                  leaseReport?: cordon.agent.v1.LeaseReport.$Shape|null|undefined;
                  evidenceAnswer?: cordon.agent.v1.EvidenceAnswer.$Shape|null|undefined;
                  siteReport?: cordon.agent.v1.SiteReport.$Shape|null|undefined;
                  updateOffer?: cordon.agent.v1.UpdateOffer.$Shape|null|undefined;
                  updateReport?: cordon.agent.v1.UpdateReport.$Shape|null|undefined;
                  renewalRequest?: cordon.agent.v1.RenewalRequest.$Shape|null|undefined;
                  renewalAnswer?: cordon.agent.v1.RenewalAnswer.$Shape|null|undefined;
                  trustBundle?: cordon.agent.v1.TrustBundle.$Shape|null|undefined;
                  trustApplied?: cordon.agent.v1.TrustApplied.$Shape|null|undefined;
                  signedOrder?: cordon.agent.v1.SignedOrder.$Shape|null|undefined;
                  orderRefused?: cordon.agent.v1.OrderRefused.$Shape|null|undefined;
                  orderKeysHeld?: cordon.agent.v1.OrderKeysHeld.$Shape|null|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                } & (
                  ({ body?: undefined; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "ping"; ping: cordon.agent.v1.Ping.$Shape; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "pong"; ping?: null; pong: cordon.agent.v1.Pong.$Shape; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "receipt"; ping?: null; pong?: null; receipt: cordon.agent.v1.Receipt.$Shape; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "statusBatch"; ping?: null; pong?: null; receipt?: null; statusBatch: cordon.agent.v1.StatusBatch.$Shape; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "statusAck"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck: cordon.agent.v1.StatusAck.$Shape; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "cancelResult"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult: cordon.agent.v1.CancelResult.$Shape; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "hello"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello: cordon.agent.v1.Hello.$Shape; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "welcome"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome: cordon.agent.v1.Welcome.$Shape; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "inventorySnapshot"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot: cordon.agent.v1.InventorySnapshot.$Shape; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "inventoryDelta"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta: cordon.agent.v1.InventoryDelta.$Shape; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "inventoryAck"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck: cordon.agent.v1.InventoryAck.$Shape; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "policyPush"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush: cordon.agent.v1.PolicyPush.$Shape; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "policyApplied"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied: cordon.agent.v1.PolicyApplied.$Shape; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "resolveRequest"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest: cordon.agent.v1.ResolveRequest.$Shape; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "resolveAnswer"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer: cordon.agent.v1.ResolveAnswer.$Shape; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "budgetReport"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport: cordon.agent.v1.BudgetReport.$Shape; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "releaseResult"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult: cordon.agent.v1.ReleaseResult.$Shape; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "leaseReport"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport: cordon.agent.v1.LeaseReport.$Shape; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "evidenceAnswer"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer: cordon.agent.v1.EvidenceAnswer.$Shape; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "siteReport"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport: cordon.agent.v1.SiteReport.$Shape; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "updateOffer"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer: cordon.agent.v1.UpdateOffer.$Shape; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "updateReport"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport: cordon.agent.v1.UpdateReport.$Shape; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "renewalRequest"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest: cordon.agent.v1.RenewalRequest.$Shape; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "renewalAnswer"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer: cordon.agent.v1.RenewalAnswer.$Shape; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "trustBundle"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle: cordon.agent.v1.TrustBundle.$Shape; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "trustApplied"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied: cordon.agent.v1.TrustApplied.$Shape; signedOrder?: null; orderRefused?: null; orderKeysHeld?: null }|{ body?: "signedOrder"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder: cordon.agent.v1.SignedOrder.$Shape; orderRefused?: null; orderKeysHeld?: null }|{ body?: "orderRefused"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused: cordon.agent.v1.OrderRefused.$Shape; orderKeysHeld?: null }|{ body?: "orderKeysHeld"; ping?: null; pong?: null; receipt?: null; statusBatch?: null; statusAck?: null; cancelResult?: null; hello?: null; welcome?: null; inventorySnapshot?: null; inventoryDelta?: null; inventoryAck?: null; policyPush?: null; policyApplied?: null; resolveRequest?: null; resolveAnswer?: null; budgetReport?: null; releaseResult?: null; leaseReport?: null; evidenceAnswer?: null; siteReport?: null; updateOffer?: null; updateReport?: null; renewalRequest?: null; renewalAnswer?: null; trustBundle?: null; trustApplied?: null; signedOrder?: null; orderRefused?: null; orderKeysHeld: cordon.agent.v1.OrderKeysHeld.$Shape })
                );
            }

            interface IOffer extends cordon.agent.v1.Offer.$Properties {
            }

            class Offer {
                constructor(properties?: cordon.agent.v1.Offer.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                order: cordon.agent.v1.ActionOrder;
                firstOfferedAtMs: (number|null);
                static encode(message: cordon.agent.v1.Offer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Offer & cordon.agent.v1.Offer.$Shape;
            }

            namespace Offer {
                interface $Properties {
                    order?: cordon.agent.v1.ActionOrder.$Properties|undefined;
                    firstOfferedAtMs?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  order?: cordon.agent.v1.ActionOrder.$Shape|undefined;
                  firstOfferedAtMs?: number|null|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                };
            }

            interface IActionOrder extends cordon.agent.v1.ActionOrder.$Properties {
            }

            class ActionOrder {
                constructor(properties?: cordon.agent.v1.ActionOrder.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                endpointId: string;
                spec: cordon.agent.v1.ActionSpec;
                deadlineMs: number;
                static encode(message: cordon.agent.v1.ActionOrder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.ActionOrder & cordon.agent.v1.ActionOrder.$Shape;
            }

            namespace ActionOrder {
                interface $Properties {
                    actionId?: string|undefined;
                    endpointId?: string|undefined;
                    spec?: cordon.agent.v1.ActionSpec.$Properties|undefined;
                    deadlineMs?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  actionId?: string|undefined;
                  endpointId?: string|undefined;
                  spec?: cordon.agent.v1.ActionSpec.$Shape|undefined;
                  deadlineMs?: number|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                };
            }

            interface IActionSpec extends cordon.agent.v1.ActionSpec.$Properties {
            }

            class ActionSpec {
                constructor(properties?: cordon.agent.v1.ActionSpec.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                onDemandScan: (cordon.agent.v1.OnDemandScan|null);
                iocScan: (cordon.agent.v1.IocScan|null);
                quarantineFile: (cordon.agent.v1.QuarantineFile|null);
                deleteFile: (cordon.agent.v1.DeleteFile|null);
                getFile: (cordon.agent.v1.GetFile|null);
                isolateHost: (cordon.agent.v1.IsolateHost|null);
                preventExecution: (cordon.agent.v1.PreventExecution|null);
                startProcess: (cordon.agent.v1.StartProcess|null);
                terminateProcess: (cordon.agent.v1.TerminateProcess|null);
                kind?: ("onDemandScan"|"iocScan"|"quarantineFile"|"deleteFile"|"getFile"|"isolateHost"|"preventExecution"|"startProcess"|"terminateProcess")|undefined;
                static encode(message: cordon.agent.v1.ActionSpec.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.ActionSpec & cordon.agent.v1.ActionSpec.$Shape;
            }

            namespace ActionSpec {
                interface $Properties {
                    onDemandScan?: (cordon.agent.v1.OnDemandScan.$Properties|null)|undefined;
                    iocScan?: (cordon.agent.v1.IocScan.$Properties|null)|undefined;
                    quarantineFile?: (cordon.agent.v1.QuarantineFile.$Properties|null)|undefined;
                    deleteFile?: (cordon.agent.v1.DeleteFile.$Properties|null)|undefined;
                    getFile?: (cordon.agent.v1.GetFile.$Properties|null)|undefined;
                    isolateHost?: (cordon.agent.v1.IsolateHost.$Properties|null)|undefined;
                    preventExecution?: (cordon.agent.v1.PreventExecution.$Properties|null)|undefined;
                    startProcess?: (cordon.agent.v1.StartProcess.$Properties|null)|undefined;
                    terminateProcess?: (cordon.agent.v1.TerminateProcess.$Properties|null)|undefined;
                    kind?: ("onDemandScan"|"iocScan"|"quarantineFile"|"deleteFile"|"getFile"|"isolateHost"|"preventExecution"|"startProcess"|"terminateProcess")|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  onDemandScan?: cordon.agent.v1.OnDemandScan.$Shape|null|undefined;
                  iocScan?: cordon.agent.v1.IocScan.$Shape|null|undefined;
                  quarantineFile?: cordon.agent.v1.QuarantineFile.$Shape|null|undefined;
                  deleteFile?: cordon.agent.v1.DeleteFile.$Shape|null|undefined;
                  getFile?: cordon.agent.v1.GetFile.$Shape|null|undefined;
                  isolateHost?: cordon.agent.v1.IsolateHost.$Shape|null|undefined;
                  preventExecution?: cordon.agent.v1.PreventExecution.$Shape|null|undefined;
                  startProcess?: cordon.agent.v1.StartProcess.$Shape|null|undefined;
                  terminateProcess?: cordon.agent.v1.TerminateProcess.$Shape|null|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                } & (
                  ({ kind?: undefined; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "onDemandScan"; onDemandScan: cordon.agent.v1.OnDemandScan.$Shape; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "iocScan"; onDemandScan?: null; iocScan: cordon.agent.v1.IocScan.$Shape; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "quarantineFile"; onDemandScan?: null; iocScan?: null; quarantineFile: cordon.agent.v1.QuarantineFile.$Shape; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "deleteFile"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile: cordon.agent.v1.DeleteFile.$Shape; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "getFile"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile: cordon.agent.v1.GetFile.$Shape; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "isolateHost"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost: cordon.agent.v1.IsolateHost.$Shape; preventExecution?: null; startProcess?: null; terminateProcess?: null }|{ kind?: "preventExecution"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution: cordon.agent.v1.PreventExecution.$Shape; startProcess?: null; terminateProcess?: null }|{ kind?: "startProcess"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess: cordon.agent.v1.StartProcess.$Shape; terminateProcess?: null }|{ kind?: "terminateProcess"; onDemandScan?: null; iocScan?: null; quarantineFile?: null; deleteFile?: null; getFile?: null; isolateHost?: null; preventExecution?: null; startProcess?: null; terminateProcess: cordon.agent.v1.TerminateProcess.$Shape })
                );
            }

            interface IOnDemandScan extends cordon.agent.v1.OnDemandScan.$Properties {
            }

            class OnDemandScan {
                constructor(properties?: cordon.agent.v1.OnDemandScan.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                static encode(message: cordon.agent.v1.OnDemandScan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.OnDemandScan & cordon.agent.v1.OnDemandScan.$Shape;
            }

            namespace OnDemandScan {
                interface $Properties {
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.OnDemandScan.$Properties;
            }

            interface IIocScan extends cordon.agent.v1.IocScan.$Properties {
            }

            class IocScan {
                constructor(properties?: cordon.agent.v1.IocScan.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                indicators: cordon.agent.v1.Indicator[];
                static encode(message: cordon.agent.v1.IocScan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.IocScan & cordon.agent.v1.IocScan.$Shape;
            }

            namespace IocScan {
                interface $Properties {
                    indicators?: cordon.agent.v1.Indicator.$Properties[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.IocScan.$Properties;
            }

            interface IIndicator extends cordon.agent.v1.Indicator.$Properties {
            }

            class Indicator {
                constructor(properties?: cordon.agent.v1.Indicator.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                type: cordon.agent.v1.IndicatorType;
                value: string;
                static encode(message: cordon.agent.v1.Indicator.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Indicator & cordon.agent.v1.Indicator.$Shape;
            }

            namespace Indicator {
                interface $Properties {
                    type?: cordon.agent.v1.IndicatorType|undefined;
                    value?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Indicator.$Properties;
            }

            enum IndicatorType {
                INDICATOR_TYPE_UNSPECIFIED = 0,
                INDICATOR_TYPE_MD5 = 1,
                INDICATOR_TYPE_SHA256 = 2,
                INDICATOR_TYPE_FILE_PATH = 3,
                INDICATOR_TYPE_FILE_NAME = 4,
                INDICATOR_TYPE_IP_ADDRESS = 5,
                INDICATOR_TYPE_DOMAIN = 6,
                INDICATOR_TYPE_URL = 7
            }

            interface IFileTarget extends cordon.agent.v1.FileTarget.$Properties {
            }

            class FileTarget {
                constructor(properties?: cordon.agent.v1.FileTarget.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                path: (string|null);
                md5: (string|null);
                sha256: (string|null);
                static encode(message: cordon.agent.v1.FileTarget.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.FileTarget & cordon.agent.v1.FileTarget.$Shape;
            }

            namespace FileTarget {
                interface $Properties {
                    path?: (string|null)|undefined;
                    md5?: (string|null)|undefined;
                    sha256?: (string|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.FileTarget.$Properties;
            }

            interface IQuarantineFile extends cordon.agent.v1.QuarantineFile.$Properties {
            }

            class QuarantineFile {
                constructor(properties?: cordon.agent.v1.QuarantineFile.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                target: cordon.agent.v1.FileTarget;
                static encode(message: cordon.agent.v1.QuarantineFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.QuarantineFile & cordon.agent.v1.QuarantineFile.$Shape;
            }

            namespace QuarantineFile {
                interface $Properties {
                    target?: cordon.agent.v1.FileTarget.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.QuarantineFile.$Properties;
            }

            interface IDeleteFile extends cordon.agent.v1.DeleteFile.$Properties {
            }

            class DeleteFile {
                constructor(properties?: cordon.agent.v1.DeleteFile.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                target: cordon.agent.v1.FileTarget;
                searchInSubfolders: (boolean|null);
                static encode(message: cordon.agent.v1.DeleteFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.DeleteFile & cordon.agent.v1.DeleteFile.$Shape;
            }

            namespace DeleteFile {
                interface $Properties {
                    target?: cordon.agent.v1.FileTarget.$Properties|undefined;
                    searchInSubfolders?: (boolean|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.DeleteFile.$Properties;
            }

            interface IGetFile extends cordon.agent.v1.GetFile.$Properties {
            }

            class GetFile {
                constructor(properties?: cordon.agent.v1.GetFile.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                target: cordon.agent.v1.FileTarget;
                static encode(message: cordon.agent.v1.GetFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.GetFile & cordon.agent.v1.GetFile.$Shape;
            }

            namespace GetFile {
                interface $Properties {
                    target?: cordon.agent.v1.FileTarget.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.GetFile.$Properties;
            }

            interface IIsolateHost extends cordon.agent.v1.IsolateHost.$Properties {
            }

            class IsolateHost {
                constructor(properties?: cordon.agent.v1.IsolateHost.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                durationSeconds: number;
                exclusions: cordon.agent.v1.IsolationExclusion[];
                holdSeconds: (number|null);
                static encode(message: cordon.agent.v1.IsolateHost.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.IsolateHost & cordon.agent.v1.IsolateHost.$Shape;
            }

            namespace IsolateHost {
                interface $Properties {
                    durationSeconds?: number|undefined;
                    exclusions?: cordon.agent.v1.IsolationExclusion.$Properties[]|undefined;
                    holdSeconds?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.IsolateHost.$Properties;
            }

            interface IIsolationExclusion extends cordon.agent.v1.IsolationExclusion.$Properties {
            }

            class IsolationExclusion {
                constructor(properties?: cordon.agent.v1.IsolationExclusion.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                direction: cordon.agent.v1.TrafficDirection;
                protocol: (number|null);
                remoteAddress: (string|null);
                localPorts: cordon.agent.v1.PortRange;
                remotePorts: cordon.agent.v1.PortRange;
                static encode(message: cordon.agent.v1.IsolationExclusion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.IsolationExclusion & cordon.agent.v1.IsolationExclusion.$Shape;
            }

            namespace IsolationExclusion {
                interface $Properties {
                    direction?: cordon.agent.v1.TrafficDirection|undefined;
                    protocol?: (number|null)|undefined;
                    remoteAddress?: (string|null)|undefined;
                    localPorts?: cordon.agent.v1.PortRange.$Properties|undefined;
                    remotePorts?: cordon.agent.v1.PortRange.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.IsolationExclusion.$Properties;
            }

            enum TrafficDirection {
                TRAFFIC_DIRECTION_UNSPECIFIED = 0,
                TRAFFIC_DIRECTION_INBOUND = 1,
                TRAFFIC_DIRECTION_OUTBOUND = 2,
                TRAFFIC_DIRECTION_BOTH = 3
            }

            interface IPortRange extends cordon.agent.v1.PortRange.$Properties {
            }

            class PortRange {
                constructor(properties?: cordon.agent.v1.PortRange.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                from: number;
                to: number;
                static encode(message: cordon.agent.v1.PortRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.PortRange & cordon.agent.v1.PortRange.$Shape;
            }

            namespace PortRange {
                interface $Properties {
                    from?: number|undefined;
                    to?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.PortRange.$Properties;
            }

            interface IPreventExecution extends cordon.agent.v1.PreventExecution.$Properties {
            }

            class PreventExecution {
                constructor(properties?: cordon.agent.v1.PreventExecution.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                target: cordon.agent.v1.FileTarget;
                static encode(message: cordon.agent.v1.PreventExecution.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.PreventExecution & cordon.agent.v1.PreventExecution.$Shape;
            }

            namespace PreventExecution {
                interface $Properties {
                    target?: cordon.agent.v1.FileTarget.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.PreventExecution.$Properties;
            }

            interface IStartProcess extends cordon.agent.v1.StartProcess.$Properties {
            }

            class StartProcess {
                constructor(properties?: cordon.agent.v1.StartProcess.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                path: string;
                arguments: (string|null);
                workingDirectory: (string|null);
                static encode(message: cordon.agent.v1.StartProcess.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.StartProcess & cordon.agent.v1.StartProcess.$Shape;
            }

            namespace StartProcess {
                interface $Properties {
                    path?: string|undefined;
                    "arguments"?: (string|null)|undefined;
                    workingDirectory?: (string|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.StartProcess.$Properties;
            }

            interface ITerminateProcess extends cordon.agent.v1.TerminateProcess.$Properties {
            }

            class TerminateProcess {
                constructor(properties?: cordon.agent.v1.TerminateProcess.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                target: cordon.agent.v1.FileTarget;
                pid: (number|null);
                static encode(message: cordon.agent.v1.TerminateProcess.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.TerminateProcess & cordon.agent.v1.TerminateProcess.$Shape;
            }

            namespace TerminateProcess {
                interface $Properties {
                    target?: cordon.agent.v1.FileTarget.$Properties|undefined;
                    pid?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.TerminateProcess.$Properties;
            }

            interface IReceipt extends cordon.agent.v1.Receipt.$Properties {
            }

            class Receipt {
                constructor(properties?: cordon.agent.v1.Receipt.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                accepted: (cordon.agent.v1.Accepted|null);
                duplicate: (cordon.agent.v1.Duplicate|null);
                refused: (cordon.agent.v1.Problem|null);
                verdict?: ("accepted"|"duplicate"|"refused")|undefined;
                static encode(message: cordon.agent.v1.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Receipt & cordon.agent.v1.Receipt.$Shape;
            }

            namespace Receipt {
                interface $Properties {
                    actionId?: string|undefined;
                    accepted?: (cordon.agent.v1.Accepted.$Properties|null)|undefined;
                    duplicate?: (cordon.agent.v1.Duplicate.$Properties|null)|undefined;
                    refused?: (cordon.agent.v1.Problem.$Properties|null)|undefined;
                    verdict?: ("accepted"|"duplicate"|"refused")|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  actionId?: string|undefined;
                  accepted?: cordon.agent.v1.Accepted.$Shape|null|undefined;
                  duplicate?: cordon.agent.v1.Duplicate.$Shape|null|undefined;
                  refused?: cordon.agent.v1.Problem.$Shape|null|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                } & (
                  ({ verdict?: undefined; accepted?: null; duplicate?: null; refused?: null }|{ verdict?: "accepted"; accepted: cordon.agent.v1.Accepted.$Shape; duplicate?: null; refused?: null }|{ verdict?: "duplicate"; accepted?: null; duplicate: cordon.agent.v1.Duplicate.$Shape; refused?: null }|{ verdict?: "refused"; accepted?: null; duplicate?: null; refused: cordon.agent.v1.Problem.$Shape })
                );
            }

            interface IAccepted extends cordon.agent.v1.Accepted.$Properties {
            }

            class Accepted {
                constructor(properties?: cordon.agent.v1.Accepted.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                static encode(message: cordon.agent.v1.Accepted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Accepted & cordon.agent.v1.Accepted.$Shape;
            }

            namespace Accepted {
                interface $Properties {
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Accepted.$Properties;
            }

            interface IDuplicate extends cordon.agent.v1.Duplicate.$Properties {
            }

            class Duplicate {
                constructor(properties?: cordon.agent.v1.Duplicate.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                state: cordon.agent.v1.ActionState;
                static encode(message: cordon.agent.v1.Duplicate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Duplicate & cordon.agent.v1.Duplicate.$Shape;
            }

            namespace Duplicate {
                interface $Properties {
                    state?: cordon.agent.v1.ActionState|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Duplicate.$Properties;
            }

            interface ICancel extends cordon.agent.v1.Cancel.$Properties {
            }

            class Cancel {
                constructor(properties?: cordon.agent.v1.Cancel.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                reason: string;
                static encode(message: cordon.agent.v1.Cancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Cancel & cordon.agent.v1.Cancel.$Shape;
            }

            namespace Cancel {
                interface $Properties {
                    actionId?: string|undefined;
                    reason?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Cancel.$Properties;
            }

            interface ICancelResult extends cordon.agent.v1.CancelResult.$Properties {
            }

            class CancelResult {
                constructor(properties?: cordon.agent.v1.CancelResult.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                outcome: cordon.agent.v1.CancelOutcome;
                state: (cordon.agent.v1.ActionState|null);
                static encode(message: cordon.agent.v1.CancelResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.CancelResult & cordon.agent.v1.CancelResult.$Shape;
            }

            namespace CancelResult {
                interface $Properties {
                    actionId?: string|undefined;
                    outcome?: cordon.agent.v1.CancelOutcome|undefined;
                    state?: (cordon.agent.v1.ActionState|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.CancelResult.$Properties;
            }

            enum CancelOutcome {
                CANCEL_OUTCOME_UNSPECIFIED = 0,
                CANCEL_OUTCOME_CANCELLED = 1,
                CANCEL_OUTCOME_TOO_LATE = 2,
                CANCEL_OUTCOME_NOT_FOUND = 3
            }

            interface IHello extends cordon.agent.v1.Hello.$Properties {
            }

            class Hello {
                constructor(properties?: cordon.agent.v1.Hello.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                protocolMin: number;
                protocolMax: number;
                agentVersion: string;
                siteId: string;
                epoch: number;
                statusSeq: number;
                inventoryVersion: number;
                ledger: cordon.agent.v1.LedgerSummary;
                serviceConsole: cordon.agent.v1.ServiceConsole;
                agentTimeMs: number;
                ledgerId: string;
                standBy: boolean;
                static encode(message: cordon.agent.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Hello & cordon.agent.v1.Hello.$Shape;
            }

            namespace Hello {
                interface $Properties {
                    protocolMin?: number|undefined;
                    protocolMax?: number|undefined;
                    agentVersion?: string|undefined;
                    siteId?: string|undefined;
                    epoch?: number|undefined;
                    statusSeq?: number|undefined;
                    inventoryVersion?: number|undefined;
                    ledger?: cordon.agent.v1.LedgerSummary.$Properties|undefined;
                    serviceConsole?: cordon.agent.v1.ServiceConsole|undefined;
                    agentTimeMs?: number|undefined;
                    ledgerId?: string|undefined;
                    standBy?: boolean|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Hello.$Properties;
            }

            interface IWelcome extends cordon.agent.v1.Welcome.$Properties {
            }

            class Welcome {
                constructor(properties?: cordon.agent.v1.Welcome.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                protocol: number;
                epoch: number;
                statusCursor: number;
                inventoryVersion: number;
                heartbeatMs: number;
                coordinatorTimeMs: number;
                statusesPerBatchMax: number;
                standBy: boolean;
                actingLeaseMs: number;
                static encode(message: cordon.agent.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Welcome & cordon.agent.v1.Welcome.$Shape;
            }

            namespace Welcome {
                interface $Properties {
                    protocol?: number|undefined;
                    epoch?: number|undefined;
                    statusCursor?: number|undefined;
                    inventoryVersion?: number|undefined;
                    heartbeatMs?: number|undefined;
                    coordinatorTimeMs?: number|undefined;
                    statusesPerBatchMax?: number|undefined;
                    standBy?: boolean|undefined;
                    actingLeaseMs?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Welcome.$Properties;
            }

            interface IPing extends cordon.agent.v1.Ping.$Properties {
            }

            class Ping {
                constructor(properties?: cordon.agent.v1.Ping.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                nonce: number;
                static encode(message: cordon.agent.v1.Ping.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Ping & cordon.agent.v1.Ping.$Shape;
            }

            namespace Ping {
                interface $Properties {
                    nonce?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Ping.$Properties;
            }

            interface IPong extends cordon.agent.v1.Pong.$Properties {
            }

            class Pong {
                constructor(properties?: cordon.agent.v1.Pong.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                nonce: number;
                static encode(message: cordon.agent.v1.Pong.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Pong & cordon.agent.v1.Pong.$Shape;
            }

            namespace Pong {
                interface $Properties {
                    nonce?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Pong.$Properties;
            }

            interface ILedgerSummary extends cordon.agent.v1.LedgerSummary.$Properties {
            }

            class LedgerSummary {
                constructor(properties?: cordon.agent.v1.LedgerSummary.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                endpoints: number;
                open: number;
                deferred: number;
                static encode(message: cordon.agent.v1.LedgerSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.LedgerSummary & cordon.agent.v1.LedgerSummary.$Shape;
            }

            namespace LedgerSummary {
                interface $Properties {
                    endpoints?: number|undefined;
                    open?: number|undefined;
                    deferred?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.LedgerSummary.$Properties;
            }

            enum ServiceConsole {
                SERVICE_CONSOLE_UNSPECIFIED = 0,
                SERVICE_CONSOLE_UNKNOWN = 1,
                SERVICE_CONSOLE_UP = 2,
                SERVICE_CONSOLE_DOWN = 3
            }

            interface IProblem extends cordon.agent.v1.Problem.$Properties {
            }

            class Problem {
                constructor(properties?: cordon.agent.v1.Problem.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                code: string;
                message: string;
                static encode(message: cordon.agent.v1.Problem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Problem & cordon.agent.v1.Problem.$Shape;
            }

            namespace Problem {
                interface $Properties {
                    code?: string|undefined;
                    message?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Problem.$Properties;
            }

            interface IStatusBatch extends cordon.agent.v1.StatusBatch.$Properties {
            }

            class StatusBatch {
                constructor(properties?: cordon.agent.v1.StatusBatch.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                statuses: cordon.agent.v1.Status[];
                static encode(message: cordon.agent.v1.StatusBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.StatusBatch & cordon.agent.v1.StatusBatch.$Shape;
            }

            namespace StatusBatch {
                interface $Properties {
                    statuses?: cordon.agent.v1.Status.$Properties[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.StatusBatch.$Properties;
            }

            interface IStatus extends cordon.agent.v1.Status.$Properties {
            }

            class Status {
                constructor(properties?: cordon.agent.v1.Status.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                seq: number;
                actionId: string;
                state: cordon.agent.v1.ActionState;
                atMs: number;
                evidence: cordon.agent.v1.Evidence;
                code: (string|null);
                message: (string|null);
                earliestMs: (number|null);
                static encode(message: cordon.agent.v1.Status.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Status & cordon.agent.v1.Status.$Shape;
            }

            namespace Status {
                interface $Properties {
                    seq?: number|undefined;
                    actionId?: string|undefined;
                    state?: cordon.agent.v1.ActionState|undefined;
                    atMs?: number|undefined;
                    evidence?: cordon.agent.v1.Evidence.$Properties|undefined;
                    code?: (string|null)|undefined;
                    message?: (string|null)|undefined;
                    earliestMs?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Status.$Properties;
            }

            interface IStatusAck extends cordon.agent.v1.StatusAck.$Properties {
            }

            class StatusAck {
                constructor(properties?: cordon.agent.v1.StatusAck.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                cursor: number;
                static encode(message: cordon.agent.v1.StatusAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.StatusAck & cordon.agent.v1.StatusAck.$Shape;
            }

            namespace StatusAck {
                interface $Properties {
                    cursor?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.StatusAck.$Properties;
            }

            enum ActionState {
                ACTION_STATE_UNSPECIFIED = 0,
                ACTION_STATE_HELD = 1,
                ACTION_STATE_QUEUED = 2,
                ACTION_STATE_DELIVERED = 3,
                ACTION_STATE_DEFERRED = 4,
                ACTION_STATE_SUBMITTING = 5,
                ACTION_STATE_SUBMITTED = 6,
                ACTION_STATE_TASK_SEEN = 7,
                ACTION_STATE_RUNNING = 8,
                ACTION_STATE_SUCCEEDED = 9,
                ACTION_STATE_FAILED = 10,
                ACTION_STATE_REFUSED = 11,
                ACTION_STATE_EXPIRED = 12,
                ACTION_STATE_CANCELLED = 13,
                ACTION_STATE_ROTATED = 14,
                ACTION_STATE_NO_CONSOLE = 15,
                ACTION_STATE_DELETED_BY_OPERATOR = 16,
                ACTION_STATE_UNKNOWN = 17
            }

            interface IEvidence extends cordon.agent.v1.Evidence.$Properties {
            }

            class Evidence {
                constructor(properties?: cordon.agent.v1.Evidence.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                rung: cordon.agent.v1.EvidenceRung;
                incidentId: (number|null);
                taskId: (string|null);
                taskName: (string|null);
                hostState: (number|null);
                eventDbId: (number|null);
                static encode(message: cordon.agent.v1.Evidence.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Evidence & cordon.agent.v1.Evidence.$Shape;
            }

            namespace Evidence {
                interface $Properties {
                    rung?: cordon.agent.v1.EvidenceRung|undefined;
                    incidentId?: (number|null)|undefined;
                    taskId?: (string|null)|undefined;
                    taskName?: (string|null)|undefined;
                    hostState?: (number|null)|undefined;
                    eventDbId?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Evidence.$Properties;
            }

            enum EvidenceRung {
                EVIDENCE_RUNG_UNSPECIFIED = 0,
                EVIDENCE_RUNG_NONE = 1,
                EVIDENCE_RUNG_INCIDENT = 2,
                EVIDENCE_RUNG_CONSOLE = 3,
                EVIDENCE_RUNG_TASK = 4,
                EVIDENCE_RUNG_HOST_STATE = 5,
                EVIDENCE_RUNG_EVENT = 6
            }

            interface IBudgetReport extends cordon.agent.v1.BudgetReport.$Properties {
            }

            class BudgetReport {
                constructor(properties?: cordon.agent.v1.BudgetReport.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                serviceConsole: cordon.agent.v1.ServiceConsole;
                ledger: cordon.agent.v1.LedgerSummary;
                budgets: cordon.agent.v1.EndpointBudget[];
                kscProblem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.BudgetReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.BudgetReport & cordon.agent.v1.BudgetReport.$Shape;
            }

            namespace BudgetReport {
                interface $Properties {
                    serviceConsole?: cordon.agent.v1.ServiceConsole|undefined;
                    ledger?: cordon.agent.v1.LedgerSummary.$Properties|undefined;
                    budgets?: cordon.agent.v1.EndpointBudget.$Properties[]|undefined;
                    kscProblem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.BudgetReport.$Properties;
            }

            interface IEndpointBudget extends cordon.agent.v1.EndpointBudget.$Properties {
            }

            class EndpointBudget {
                constructor(properties?: cordon.agent.v1.EndpointBudget.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                endpointId: string;
                limit: number;
                used: number;
                foreign: number;
                deferred: number;
                known: boolean;
                measuredAtMs: number;
                static encode(message: cordon.agent.v1.EndpointBudget.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.EndpointBudget & cordon.agent.v1.EndpointBudget.$Shape;
            }

            namespace EndpointBudget {
                interface $Properties {
                    endpointId?: string|undefined;
                    limit?: number|undefined;
                    used?: number|undefined;
                    foreign?: number|undefined;
                    deferred?: number|undefined;
                    known?: boolean|undefined;
                    measuredAtMs?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.EndpointBudget.$Properties;
            }

            interface IEvidenceRequest extends cordon.agent.v1.EvidenceRequest.$Properties {
            }

            class EvidenceRequest {
                constructor(properties?: cordon.agent.v1.EvidenceRequest.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                requestId: string;
                actionId: string;
                want: cordon.agent.v1.EvidenceWant;
                itemId: (string|null);
                requestedBy: string;
                static encode(message: cordon.agent.v1.EvidenceRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.EvidenceRequest & cordon.agent.v1.EvidenceRequest.$Shape;
            }

            namespace EvidenceRequest {
                interface $Properties {
                    requestId?: string|undefined;
                    actionId?: string|undefined;
                    want?: cordon.agent.v1.EvidenceWant|undefined;
                    itemId?: (string|null)|undefined;
                    requestedBy?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.EvidenceRequest.$Properties;
            }

            enum EvidenceWant {
                EVIDENCE_WANT_UNSPECIFIED = 0,
                EVIDENCE_WANT_METADATA = 1,
                EVIDENCE_WANT_FILE = 2
            }

            interface IEvidenceAnswer extends cordon.agent.v1.EvidenceAnswer.$Properties {
            }

            class EvidenceAnswer {
                constructor(properties?: cordon.agent.v1.EvidenceAnswer.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                requestId: string;
                items: cordon.agent.v1.EvidenceItem[];
                file: cordon.agent.v1.EvidenceFile;
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.EvidenceAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.EvidenceAnswer & cordon.agent.v1.EvidenceAnswer.$Shape;
            }

            namespace EvidenceAnswer {
                interface $Properties {
                    requestId?: string|undefined;
                    items?: cordon.agent.v1.EvidenceItem.$Properties[]|undefined;
                    file?: cordon.agent.v1.EvidenceFile.$Properties|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.EvidenceAnswer.$Properties;
            }

            interface IEvidenceItem extends cordon.agent.v1.EvidenceItem.$Properties {
            }

            class EvidenceItem {
                constructor(properties?: cordon.agent.v1.EvidenceItem.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                itemId: string;
                objectName: string;
                bytes: (number|null);
                addedAtMs: (number|null);
                md5: (string|null);
                sha256: (string|null);
                static encode(message: cordon.agent.v1.EvidenceItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.EvidenceItem & cordon.agent.v1.EvidenceItem.$Shape;
            }

            namespace EvidenceItem {
                interface $Properties {
                    itemId?: string|undefined;
                    objectName?: string|undefined;
                    bytes?: (number|null)|undefined;
                    addedAtMs?: (number|null)|undefined;
                    md5?: (string|null)|undefined;
                    sha256?: (string|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.EvidenceItem.$Properties;
            }

            interface IEvidenceFile extends cordon.agent.v1.EvidenceFile.$Properties {
            }

            class EvidenceFile {
                constructor(properties?: cordon.agent.v1.EvidenceFile.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                itemId: string;
                path: string;
                bytes: number;
                sha256: string;
                static encode(message: cordon.agent.v1.EvidenceFile.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.EvidenceFile & cordon.agent.v1.EvidenceFile.$Shape;
            }

            namespace EvidenceFile {
                interface $Properties {
                    itemId?: string|undefined;
                    path?: string|undefined;
                    bytes?: number|undefined;
                    sha256?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.EvidenceFile.$Properties;
            }

            interface IRenewalRequest extends cordon.agent.v1.RenewalRequest.$Properties {
            }

            class RenewalRequest {
                constructor(properties?: cordon.agent.v1.RenewalRequest.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                csr: string;
                static encode(message: cordon.agent.v1.RenewalRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.RenewalRequest & cordon.agent.v1.RenewalRequest.$Shape;
            }

            namespace RenewalRequest {
                interface $Properties {
                    csr?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.RenewalRequest.$Properties;
            }

            interface IRenewalAnswer extends cordon.agent.v1.RenewalAnswer.$Properties {
            }

            class RenewalAnswer {
                constructor(properties?: cordon.agent.v1.RenewalAnswer.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                certificate: string;
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.RenewalAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.RenewalAnswer & cordon.agent.v1.RenewalAnswer.$Shape;
            }

            namespace RenewalAnswer {
                interface $Properties {
                    certificate?: string|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.RenewalAnswer.$Properties;
            }

            interface ITrustBundle extends cordon.agent.v1.TrustBundle.$Properties {
            }

            class TrustBundle {
                constructor(properties?: cordon.agent.v1.TrustBundle.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                roots: string[];
                recoverySequence: number;
                renewIssuedBeforeMs: number;
                static encode(message: cordon.agent.v1.TrustBundle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.TrustBundle & cordon.agent.v1.TrustBundle.$Shape;
            }

            namespace TrustBundle {
                interface $Properties {
                    version?: number|undefined;
                    roots?: string[]|undefined;
                    recoverySequence?: number|undefined;
                    renewIssuedBeforeMs?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.TrustBundle.$Properties;
            }

            interface IOrderKey extends cordon.agent.v1.OrderKey.$Properties {
            }

            class OrderKey {
                constructor(properties?: cordon.agent.v1.OrderKey.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                keyId: string;
                publicKey: string;
                static encode(message: cordon.agent.v1.OrderKey.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.OrderKey & cordon.agent.v1.OrderKey.$Shape;
            }

            namespace OrderKey {
                interface $Properties {
                    keyId?: string|undefined;
                    publicKey?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.OrderKey.$Properties;
            }

            interface ITrustApplied extends cordon.agent.v1.TrustApplied.$Properties {
            }

            class TrustApplied {
                constructor(properties?: cordon.agent.v1.TrustApplied.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.TrustApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.TrustApplied & cordon.agent.v1.TrustApplied.$Shape;
            }

            namespace TrustApplied {
                interface $Properties {
                    version?: number|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.TrustApplied.$Properties;
            }

            interface IEndpoint extends cordon.agent.v1.Endpoint.$Properties {
            }

            class Endpoint {
                constructor(properties?: cordon.agent.v1.Endpoint.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                endpointId: string;
                instanceId: (string|null);
                displayName: string;
                fqdn: (string|null);
                hostName: (string|null);
                addresses: string[];
                groupId: (number|null);
                groupName: (string|null);
                kesVersion: (string|null);
                agentVersion: (string|null);
                osName: (string|null);
                statusMask: number;
                lastSeenAtMs: (number|null);
                edrStatus: (number|null);
                static encode(message: cordon.agent.v1.Endpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Endpoint & cordon.agent.v1.Endpoint.$Shape;
            }

            namespace Endpoint {
                interface $Properties {
                    endpointId?: string|undefined;
                    instanceId?: (string|null)|undefined;
                    displayName?: string|undefined;
                    fqdn?: (string|null)|undefined;
                    hostName?: (string|null)|undefined;
                    addresses?: string[]|undefined;
                    groupId?: (number|null)|undefined;
                    groupName?: (string|null)|undefined;
                    kesVersion?: (string|null)|undefined;
                    agentVersion?: (string|null)|undefined;
                    osName?: (string|null)|undefined;
                    statusMask?: number|undefined;
                    lastSeenAtMs?: (number|null)|undefined;
                    edrStatus?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Endpoint.$Properties;
            }

            interface IInventorySnapshot extends cordon.agent.v1.InventorySnapshot.$Properties {
            }

            class InventorySnapshot {
                constructor(properties?: cordon.agent.v1.InventorySnapshot.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                part: number;
                last: boolean;
                endpoints: cordon.agent.v1.Endpoint[];
                static encode(message: cordon.agent.v1.InventorySnapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.InventorySnapshot & cordon.agent.v1.InventorySnapshot.$Shape;
            }

            namespace InventorySnapshot {
                interface $Properties {
                    version?: number|undefined;
                    part?: number|undefined;
                    last?: boolean|undefined;
                    endpoints?: cordon.agent.v1.Endpoint.$Properties[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.InventorySnapshot.$Properties;
            }

            interface IInventoryDelta extends cordon.agent.v1.InventoryDelta.$Properties {
            }

            class InventoryDelta {
                constructor(properties?: cordon.agent.v1.InventoryDelta.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                fromVersion: number;
                version: number;
                upserted: cordon.agent.v1.Endpoint[];
                removed: string[];
                static encode(message: cordon.agent.v1.InventoryDelta.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.InventoryDelta & cordon.agent.v1.InventoryDelta.$Shape;
            }

            namespace InventoryDelta {
                interface $Properties {
                    fromVersion?: number|undefined;
                    version?: number|undefined;
                    upserted?: cordon.agent.v1.Endpoint.$Properties[]|undefined;
                    removed?: string[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.InventoryDelta.$Properties;
            }

            interface IInventoryAck extends cordon.agent.v1.InventoryAck.$Properties {
            }

            class InventoryAck {
                constructor(properties?: cordon.agent.v1.InventoryAck.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                static encode(message: cordon.agent.v1.InventoryAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.InventoryAck & cordon.agent.v1.InventoryAck.$Shape;
            }

            namespace InventoryAck {
                interface $Properties {
                    version?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.InventoryAck.$Properties;
            }

            interface IRelease extends cordon.agent.v1.Release.$Properties {
            }

            class Release {
                constructor(properties?: cordon.agent.v1.Release.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                reason: string;
                static encode(message: cordon.agent.v1.Release.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Release & cordon.agent.v1.Release.$Shape;
            }

            namespace Release {
                interface $Properties {
                    actionId?: string|undefined;
                    reason?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Release.$Properties;
            }

            interface IReleaseResult extends cordon.agent.v1.ReleaseResult.$Properties {
            }

            class ReleaseResult {
                constructor(properties?: cordon.agent.v1.ReleaseResult.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                outcome: cordon.agent.v1.ReleaseOutcome;
                endpointEndsAtMs: (number|null);
                steps: string;
                static encode(message: cordon.agent.v1.ReleaseResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.ReleaseResult & cordon.agent.v1.ReleaseResult.$Shape;
            }

            namespace ReleaseResult {
                interface $Properties {
                    actionId?: string|undefined;
                    outcome?: cordon.agent.v1.ReleaseOutcome|undefined;
                    endpointEndsAtMs?: (number|null)|undefined;
                    steps?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.ReleaseResult.$Properties;
            }

            enum ReleaseOutcome {
                RELEASE_OUTCOME_UNSPECIFIED = 0,
                RELEASE_OUTCOME_RELEASED = 1,
                RELEASE_OUTCOME_ALREADY_OVER = 2,
                RELEASE_OUTCOME_NOT_FOUND = 3
            }

            interface ILeaseReport extends cordon.agent.v1.LeaseReport.$Properties {
            }

            class LeaseReport {
                constructor(properties?: cordon.agent.v1.LeaseReport.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                leases: cordon.agent.v1.Lease[];
                static encode(message: cordon.agent.v1.LeaseReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.LeaseReport & cordon.agent.v1.LeaseReport.$Shape;
            }

            namespace LeaseReport {
                interface $Properties {
                    leases?: cordon.agent.v1.Lease.$Properties[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.LeaseReport.$Properties;
            }

            interface ILease extends cordon.agent.v1.Lease.$Properties {
            }

            class Lease {
                constructor(properties?: cordon.agent.v1.Lease.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                actionId: string;
                endpointId: string;
                state: cordon.agent.v1.LeaseState;
                wantedUntilMs: number;
                agentEndsAtMs: (number|null);
                endpointEndsAtMs: (number|null);
                renewals: number;
                renewalsMax: number;
                nextRenewalAtMs: (number|null);
                heard: cordon.agent.v1.Heard;
                problem: (string|null);
                released: (cordon.agent.v1.LeaseRelease|null);
                static encode(message: cordon.agent.v1.Lease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Lease & cordon.agent.v1.Lease.$Shape;
            }

            namespace Lease {
                interface $Properties {
                    actionId?: string|undefined;
                    endpointId?: string|undefined;
                    state?: cordon.agent.v1.LeaseState|undefined;
                    wantedUntilMs?: number|undefined;
                    agentEndsAtMs?: (number|null)|undefined;
                    endpointEndsAtMs?: (number|null)|undefined;
                    renewals?: number|undefined;
                    renewalsMax?: number|undefined;
                    nextRenewalAtMs?: (number|null)|undefined;
                    heard?: cordon.agent.v1.Heard|undefined;
                    problem?: (string|null)|undefined;
                    released?: (cordon.agent.v1.LeaseRelease.$Properties|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.Lease.$Properties;
            }

            interface ILeaseRelease extends cordon.agent.v1.LeaseRelease.$Properties {
            }

            class LeaseRelease {
                constructor(properties?: cordon.agent.v1.LeaseRelease.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                atMs: number;
                by: (string|null);
                reason: string;
                static encode(message: cordon.agent.v1.LeaseRelease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.LeaseRelease & cordon.agent.v1.LeaseRelease.$Shape;
            }

            namespace LeaseRelease {
                interface $Properties {
                    atMs?: number|undefined;
                    by?: (string|null)|undefined;
                    reason?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.LeaseRelease.$Properties;
            }

            enum LeaseState {
                LEASE_STATE_UNSPECIFIED = 0,
                LEASE_STATE_PENDING = 1,
                LEASE_STATE_HOLDING = 2,
                LEASE_STATE_RENEWING = 3,
                LEASE_STATE_ENDING = 4,
                LEASE_STATE_OVER = 5,
                LEASE_STATE_LOST = 6
            }

            enum Heard {
                HEARD_UNSPECIFIED = 0,
                HEARD_UNKNOWN = 1,
                HEARD_YES = 2,
                HEARD_NO = 3
            }

            interface ISignedOrder extends cordon.agent.v1.SignedOrder.$Properties {
            }

            class SignedOrder {
                constructor(properties?: cordon.agent.v1.SignedOrder.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                keyId: string;
                payload: Uint8Array;
                signature: Uint8Array;
                static encode(message: cordon.agent.v1.SignedOrder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.SignedOrder & cordon.agent.v1.SignedOrder.$Shape;
            }

            namespace SignedOrder {
                interface $Properties {
                    keyId?: string|undefined;
                    payload?: Uint8Array|undefined;
                    signature?: Uint8Array|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.SignedOrder.$Properties;
            }

            interface IOrder extends cordon.agent.v1.Order.$Properties {
            }

            class Order {
                constructor(properties?: cordon.agent.v1.Order.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                tenantId: string;
                siteId: string;
                agentId: string;
                epoch: number;
                sequence: number;
                issuedAtMs: number;
                notAfterMs: number;
                offer: (cordon.agent.v1.Offer|null);
                cancel: (cordon.agent.v1.Cancel|null);
                release: (cordon.agent.v1.Release|null);
                evidenceRequest: (cordon.agent.v1.EvidenceRequest|null);
                orderKeys: (cordon.agent.v1.OrderKeys|null);
                what?: ("offer"|"cancel"|"release"|"evidenceRequest"|"orderKeys")|undefined;
                static encode(message: cordon.agent.v1.Order.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.Order & cordon.agent.v1.Order.$Shape;
            }

            namespace Order {
                interface $Properties {
                    tenantId?: string|undefined;
                    siteId?: string|undefined;
                    agentId?: string|undefined;
                    epoch?: number|undefined;
                    sequence?: number|undefined;
                    issuedAtMs?: number|undefined;
                    notAfterMs?: number|undefined;
                    offer?: (cordon.agent.v1.Offer.$Properties|null)|undefined;
                    cancel?: (cordon.agent.v1.Cancel.$Properties|null)|undefined;
                    release?: (cordon.agent.v1.Release.$Properties|null)|undefined;
                    evidenceRequest?: (cordon.agent.v1.EvidenceRequest.$Properties|null)|undefined;
                    orderKeys?: (cordon.agent.v1.OrderKeys.$Properties|null)|undefined;
                    what?: ("offer"|"cancel"|"release"|"evidenceRequest"|"orderKeys")|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = {
                  tenantId?: string|undefined;
                  siteId?: string|undefined;
                  agentId?: string|undefined;
                  epoch?: number|undefined;
                  sequence?: number|undefined;
                  issuedAtMs?: number|undefined;
                  notAfterMs?: number|undefined;
                  offer?: cordon.agent.v1.Offer.$Shape|null|undefined;
                  cancel?: cordon.agent.v1.Cancel.$Shape|null|undefined;
                  release?: cordon.agent.v1.Release.$Shape|null|undefined;
                  evidenceRequest?: cordon.agent.v1.EvidenceRequest.$Shape|null|undefined;
                  orderKeys?: cordon.agent.v1.OrderKeys.$Shape|null|undefined;
                  $unknowns?: Uint8Array[]|undefined;
                } & (
                  ({ what?: undefined; offer?: null; cancel?: null; release?: null; evidenceRequest?: null; orderKeys?: null }|{ what?: "offer"; offer: cordon.agent.v1.Offer.$Shape; cancel?: null; release?: null; evidenceRequest?: null; orderKeys?: null }|{ what?: "cancel"; offer?: null; cancel: cordon.agent.v1.Cancel.$Shape; release?: null; evidenceRequest?: null; orderKeys?: null }|{ what?: "release"; offer?: null; cancel?: null; release: cordon.agent.v1.Release.$Shape; evidenceRequest?: null; orderKeys?: null }|{ what?: "evidenceRequest"; offer?: null; cancel?: null; release?: null; evidenceRequest: cordon.agent.v1.EvidenceRequest.$Shape; orderKeys?: null }|{ what?: "orderKeys"; offer?: null; cancel?: null; release?: null; evidenceRequest?: null; orderKeys: cordon.agent.v1.OrderKeys.$Shape })
                );
            }

            interface IOrderKeys extends cordon.agent.v1.OrderKeys.$Properties {
            }

            class OrderKeys {
                constructor(properties?: cordon.agent.v1.OrderKeys.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                keys: cordon.agent.v1.OrderKey[];
                static encode(message: cordon.agent.v1.OrderKeys.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.OrderKeys & cordon.agent.v1.OrderKeys.$Shape;
            }

            namespace OrderKeys {
                interface $Properties {
                    version?: number|undefined;
                    keys?: cordon.agent.v1.OrderKey.$Properties[]|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.OrderKeys.$Properties;
            }

            interface IOrderKeysHeld extends cordon.agent.v1.OrderKeysHeld.$Properties {
            }

            class OrderKeysHeld {
                constructor(properties?: cordon.agent.v1.OrderKeysHeld.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                static encode(message: cordon.agent.v1.OrderKeysHeld.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.OrderKeysHeld & cordon.agent.v1.OrderKeysHeld.$Shape;
            }

            namespace OrderKeysHeld {
                interface $Properties {
                    version?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.OrderKeysHeld.$Properties;
            }

            interface IOrderRefused extends cordon.agent.v1.OrderRefused.$Properties {
            }

            class OrderRefused {
                constructor(properties?: cordon.agent.v1.OrderRefused.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                sequence: number;
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.OrderRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.OrderRefused & cordon.agent.v1.OrderRefused.$Shape;
            }

            namespace OrderRefused {
                interface $Properties {
                    sequence?: number|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.OrderRefused.$Properties;
            }

            interface IPolicyPush extends cordon.agent.v1.PolicyPush.$Properties {
            }

            class PolicyPush {
                constructor(properties?: cordon.agent.v1.PolicyPush.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                json: string;
                static encode(message: cordon.agent.v1.PolicyPush.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.PolicyPush & cordon.agent.v1.PolicyPush.$Shape;
            }

            namespace PolicyPush {
                interface $Properties {
                    version?: number|undefined;
                    json?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.PolicyPush.$Properties;
            }

            interface IPolicyApplied extends cordon.agent.v1.PolicyApplied.$Properties {
            }

            class PolicyApplied {
                constructor(properties?: cordon.agent.v1.PolicyApplied.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: number;
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.PolicyApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.PolicyApplied & cordon.agent.v1.PolicyApplied.$Shape;
            }

            namespace PolicyApplied {
                interface $Properties {
                    version?: number|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.PolicyApplied.$Properties;
            }

            interface ISiteReport extends cordon.agent.v1.SiteReport.$Properties {
            }

            class SiteReport {
                constructor(properties?: cordon.agent.v1.SiteReport.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                measuredAtMs: number;
                kscVersion: (string|null);
                missingRights: string[];
                killSwitch: boolean;
                policySha256: (string|null);
                policyProblem: (string|null);
                refusals: cordon.agent.v1.SiteRefusal[];
                kscClockSkewMs: (number|null);
                driftEndpoints: number;
                driftTasks: number;
                static encode(message: cordon.agent.v1.SiteReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.SiteReport & cordon.agent.v1.SiteReport.$Shape;
            }

            namespace SiteReport {
                interface $Properties {
                    measuredAtMs?: number|undefined;
                    kscVersion?: (string|null)|undefined;
                    missingRights?: string[]|undefined;
                    killSwitch?: boolean|undefined;
                    policySha256?: (string|null)|undefined;
                    policyProblem?: (string|null)|undefined;
                    refusals?: cordon.agent.v1.SiteRefusal.$Properties[]|undefined;
                    kscClockSkewMs?: (number|null)|undefined;
                    driftEndpoints?: number|undefined;
                    driftTasks?: number|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.SiteReport.$Properties;
            }

            interface ISiteRefusal extends cordon.agent.v1.SiteRefusal.$Properties {
            }

            class SiteRefusal {
                constructor(properties?: cordon.agent.v1.SiteRefusal.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                action: (string|null);
                code: string;
                reason: string;
                static encode(message: cordon.agent.v1.SiteRefusal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.SiteRefusal & cordon.agent.v1.SiteRefusal.$Shape;
            }

            namespace SiteRefusal {
                interface $Properties {
                    action?: (string|null)|undefined;
                    code?: string|undefined;
                    reason?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.SiteRefusal.$Properties;
            }

            interface IResolveRequest extends cordon.agent.v1.ResolveRequest.$Properties {
            }

            class ResolveRequest {
                constructor(properties?: cordon.agent.v1.ResolveRequest.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                requestId: string;
                by: cordon.agent.v1.ResolveBy;
                value: string;
                static encode(message: cordon.agent.v1.ResolveRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.ResolveRequest & cordon.agent.v1.ResolveRequest.$Shape;
            }

            namespace ResolveRequest {
                interface $Properties {
                    requestId?: string|undefined;
                    by?: cordon.agent.v1.ResolveBy|undefined;
                    value?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.ResolveRequest.$Properties;
            }

            enum ResolveBy {
                RESOLVE_BY_UNSPECIFIED = 0,
                RESOLVE_BY_HOST_ID = 1,
                RESOLVE_BY_FQDN = 2,
                RESOLVE_BY_NAME = 3,
                RESOLVE_BY_ADDRESS = 4
            }

            interface IResolveAnswer extends cordon.agent.v1.ResolveAnswer.$Properties {
            }

            class ResolveAnswer {
                constructor(properties?: cordon.agent.v1.ResolveAnswer.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                requestId: string;
                endpoints: cordon.agent.v1.Endpoint[];
                problem: cordon.agent.v1.Problem;
                static encode(message: cordon.agent.v1.ResolveAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.ResolveAnswer & cordon.agent.v1.ResolveAnswer.$Shape;
            }

            namespace ResolveAnswer {
                interface $Properties {
                    requestId?: string|undefined;
                    endpoints?: cordon.agent.v1.Endpoint.$Properties[]|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.ResolveAnswer.$Properties;
            }

            interface IUpdateOffer extends cordon.agent.v1.UpdateOffer.$Properties {
            }

            class UpdateOffer {
                constructor(properties?: cordon.agent.v1.UpdateOffer.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: string;
                target: string;
                path: string;
                bytes: number;
                sha256: string;
                signature: string;
                keyId: string;
                static encode(message: cordon.agent.v1.UpdateOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.UpdateOffer & cordon.agent.v1.UpdateOffer.$Shape;
            }

            namespace UpdateOffer {
                interface $Properties {
                    version?: string|undefined;
                    target?: string|undefined;
                    path?: string|undefined;
                    bytes?: number|undefined;
                    sha256?: string|undefined;
                    signature?: string|undefined;
                    keyId?: string|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.UpdateOffer.$Properties;
            }

            interface IUpdateReport extends cordon.agent.v1.UpdateReport.$Properties {
            }

            class UpdateReport {
                constructor(properties?: cordon.agent.v1.UpdateReport.$Properties);
                $unknowns?: Uint8Array[]|undefined;
                version: string;
                state: cordon.agent.v1.UpdateState;
                problem: cordon.agent.v1.Problem;
                target: string;
                ring: (number|null);
                static encode(message: cordon.agent.v1.UpdateReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): cordon.agent.v1.UpdateReport & cordon.agent.v1.UpdateReport.$Shape;
            }

            namespace UpdateReport {
                interface $Properties {
                    version?: string|undefined;
                    state?: cordon.agent.v1.UpdateState|undefined;
                    problem?: cordon.agent.v1.Problem.$Properties|undefined;
                    target?: string|undefined;
                    ring?: (number|null)|undefined;
                    $unknowns?: Uint8Array[]|undefined;
                }
                type $Shape = cordon.agent.v1.UpdateReport.$Properties;
            }

            enum UpdateState {
                UPDATE_STATE_UNSPECIFIED = 0,
                UPDATE_STATE_OFF = 1,
                UPDATE_STATE_WAITING = 2,
                UPDATE_STATE_DOWNLOADING = 3,
                UPDATE_STATE_RESTARTING = 4,
                UPDATE_STATE_RUNNING = 5,
                UPDATE_STATE_RETURNED = 6,
                UPDATE_STATE_REFUSED = 7
            }
        }
    }
}
