// Generated from proto/ by packages/protocol/generate.mjs (`npm run proto:gen`). Do not edit.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["cordon"] || ($protobuf.roots["cordon"] = {});

export const cordon = $root.cordon = (() => {

    const cordon = {};

    cordon.agent = (function() {

        const agent = {};

        agent.v1 = (function() {

            const v1 = {};

            v1.Envelope = (function() {

                const Envelope = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Envelope.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Envelope.prototype.traceparent = "";
                Envelope.prototype.ping = null;
                Envelope.prototype.pong = null;
                Envelope.prototype.receipt = null;
                Envelope.prototype.statusBatch = null;
                Envelope.prototype.statusAck = null;
                Envelope.prototype.cancelResult = null;
                Envelope.prototype.hello = null;
                Envelope.prototype.welcome = null;
                Envelope.prototype.inventorySnapshot = null;
                Envelope.prototype.inventoryDelta = null;
                Envelope.prototype.inventoryAck = null;
                Envelope.prototype.policyPush = null;
                Envelope.prototype.policyApplied = null;
                Envelope.prototype.resolveRequest = null;
                Envelope.prototype.resolveAnswer = null;
                Envelope.prototype.budgetReport = null;
                Envelope.prototype.releaseResult = null;
                Envelope.prototype.leaseReport = null;
                Envelope.prototype.evidenceAnswer = null;
                Envelope.prototype.siteReport = null;
                Envelope.prototype.updateOffer = null;
                Envelope.prototype.updateReport = null;
                Envelope.prototype.renewalRequest = null;
                Envelope.prototype.renewalAnswer = null;
                Envelope.prototype.trustBundle = null;
                Envelope.prototype.trustApplied = null;
                Envelope.prototype.signedOrder = null;
                Envelope.prototype.orderRefused = null;
                Envelope.prototype.orderKeysHeld = null;

                let $oneOfFields;

                $Object.defineProperty(Envelope.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["ping", "pong", "receipt", "statusBatch", "statusAck", "cancelResult", "hello", "welcome", "inventorySnapshot", "inventoryDelta", "inventoryAck", "policyPush", "policyApplied", "resolveRequest", "resolveAnswer", "budgetReport", "releaseResult", "leaseReport", "evidenceAnswer", "siteReport", "updateOffer", "updateReport", "renewalRequest", "renewalAnswer", "trustBundle", "trustApplied", "signedOrder", "orderRefused", "orderKeysHeld"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Envelope.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(8).uint64(message.seq);
                    if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                        writer.uint32(18).string(message.traceparent);
                    if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                        $root.cordon.agent.v1.Ping.encode(message.ping, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.pong != null && $Object.hasOwnProperty.call(message, "pong"))
                        $root.cordon.agent.v1.Pong.encode(message.pong, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt"))
                        $root.cordon.agent.v1.Receipt.encode(message.receipt, writer.uint32(50).fork(), _depth + 1).ldelim();
                    if (message.statusBatch != null && $Object.hasOwnProperty.call(message, "statusBatch"))
                        $root.cordon.agent.v1.StatusBatch.encode(message.statusBatch, writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.statusAck != null && $Object.hasOwnProperty.call(message, "statusAck"))
                        $root.cordon.agent.v1.StatusAck.encode(message.statusAck, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.cancelResult != null && $Object.hasOwnProperty.call(message, "cancelResult"))
                        $root.cordon.agent.v1.CancelResult.encode(message.cancelResult, writer.uint32(82).fork(), _depth + 1).ldelim();
                    if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                        $root.cordon.agent.v1.Hello.encode(message.hello, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                        $root.cordon.agent.v1.Welcome.encode(message.welcome, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.inventorySnapshot != null && $Object.hasOwnProperty.call(message, "inventorySnapshot"))
                        $root.cordon.agent.v1.InventorySnapshot.encode(message.inventorySnapshot, writer.uint32(106).fork(), _depth + 1).ldelim();
                    if (message.inventoryDelta != null && $Object.hasOwnProperty.call(message, "inventoryDelta"))
                        $root.cordon.agent.v1.InventoryDelta.encode(message.inventoryDelta, writer.uint32(114).fork(), _depth + 1).ldelim();
                    if (message.inventoryAck != null && $Object.hasOwnProperty.call(message, "inventoryAck"))
                        $root.cordon.agent.v1.InventoryAck.encode(message.inventoryAck, writer.uint32(122).fork(), _depth + 1).ldelim();
                    if (message.policyPush != null && $Object.hasOwnProperty.call(message, "policyPush"))
                        $root.cordon.agent.v1.PolicyPush.encode(message.policyPush, writer.uint32(130).fork(), _depth + 1).ldelim();
                    if (message.policyApplied != null && $Object.hasOwnProperty.call(message, "policyApplied"))
                        $root.cordon.agent.v1.PolicyApplied.encode(message.policyApplied, writer.uint32(138).fork(), _depth + 1).ldelim();
                    if (message.resolveRequest != null && $Object.hasOwnProperty.call(message, "resolveRequest"))
                        $root.cordon.agent.v1.ResolveRequest.encode(message.resolveRequest, writer.uint32(146).fork(), _depth + 1).ldelim();
                    if (message.resolveAnswer != null && $Object.hasOwnProperty.call(message, "resolveAnswer"))
                        $root.cordon.agent.v1.ResolveAnswer.encode(message.resolveAnswer, writer.uint32(154).fork(), _depth + 1).ldelim();
                    if (message.budgetReport != null && $Object.hasOwnProperty.call(message, "budgetReport"))
                        $root.cordon.agent.v1.BudgetReport.encode(message.budgetReport, writer.uint32(162).fork(), _depth + 1).ldelim();
                    if (message.releaseResult != null && $Object.hasOwnProperty.call(message, "releaseResult"))
                        $root.cordon.agent.v1.ReleaseResult.encode(message.releaseResult, writer.uint32(178).fork(), _depth + 1).ldelim();
                    if (message.leaseReport != null && $Object.hasOwnProperty.call(message, "leaseReport"))
                        $root.cordon.agent.v1.LeaseReport.encode(message.leaseReport, writer.uint32(186).fork(), _depth + 1).ldelim();
                    if (message.evidenceAnswer != null && $Object.hasOwnProperty.call(message, "evidenceAnswer"))
                        $root.cordon.agent.v1.EvidenceAnswer.encode(message.evidenceAnswer, writer.uint32(202).fork(), _depth + 1).ldelim();
                    if (message.siteReport != null && $Object.hasOwnProperty.call(message, "siteReport"))
                        $root.cordon.agent.v1.SiteReport.encode(message.siteReport, writer.uint32(210).fork(), _depth + 1).ldelim();
                    if (message.updateOffer != null && $Object.hasOwnProperty.call(message, "updateOffer"))
                        $root.cordon.agent.v1.UpdateOffer.encode(message.updateOffer, writer.uint32(218).fork(), _depth + 1).ldelim();
                    if (message.updateReport != null && $Object.hasOwnProperty.call(message, "updateReport"))
                        $root.cordon.agent.v1.UpdateReport.encode(message.updateReport, writer.uint32(226).fork(), _depth + 1).ldelim();
                    if (message.renewalRequest != null && $Object.hasOwnProperty.call(message, "renewalRequest"))
                        $root.cordon.agent.v1.RenewalRequest.encode(message.renewalRequest, writer.uint32(322).fork(), _depth + 1).ldelim();
                    if (message.renewalAnswer != null && $Object.hasOwnProperty.call(message, "renewalAnswer"))
                        $root.cordon.agent.v1.RenewalAnswer.encode(message.renewalAnswer, writer.uint32(330).fork(), _depth + 1).ldelim();
                    if (message.trustBundle != null && $Object.hasOwnProperty.call(message, "trustBundle"))
                        $root.cordon.agent.v1.TrustBundle.encode(message.trustBundle, writer.uint32(338).fork(), _depth + 1).ldelim();
                    if (message.trustApplied != null && $Object.hasOwnProperty.call(message, "trustApplied"))
                        $root.cordon.agent.v1.TrustApplied.encode(message.trustApplied, writer.uint32(346).fork(), _depth + 1).ldelim();
                    if (message.signedOrder != null && $Object.hasOwnProperty.call(message, "signedOrder"))
                        $root.cordon.agent.v1.SignedOrder.encode(message.signedOrder, writer.uint32(362).fork(), _depth + 1).ldelim();
                    if (message.orderRefused != null && $Object.hasOwnProperty.call(message, "orderRefused"))
                        $root.cordon.agent.v1.OrderRefused.encode(message.orderRefused, writer.uint32(370).fork(), _depth + 1).ldelim();
                    if (message.orderKeysHeld != null && $Object.hasOwnProperty.call(message, "orderKeysHeld"))
                        $root.cordon.agent.v1.OrderKeysHeld.encode(message.orderKeysHeld, writer.uint32(378).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Envelope.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Envelope();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.traceparent = value;
                                else
                                    delete message.traceparent;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.ping = $root.cordon.agent.v1.Ping.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                                message.body = "ping";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.pong = $root.cordon.agent.v1.Pong.decode(reader, reader.size(), $undefined, _depth + 1, message.pong);
                                message.body = "pong";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.receipt = $root.cordon.agent.v1.Receipt.decode(reader, reader.size(), $undefined, _depth + 1, message.receipt);
                                message.body = "receipt";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.statusBatch = $root.cordon.agent.v1.StatusBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.statusBatch);
                                message.body = "statusBatch";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.statusAck = $root.cordon.agent.v1.StatusAck.decode(reader, reader.size(), $undefined, _depth + 1, message.statusAck);
                                message.body = "statusAck";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                message.cancelResult = $root.cordon.agent.v1.CancelResult.decode(reader, reader.size(), $undefined, _depth + 1, message.cancelResult);
                                message.body = "cancelResult";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.hello = $root.cordon.agent.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                                message.body = "hello";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.welcome = $root.cordon.agent.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                                message.body = "welcome";
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                message.inventorySnapshot = $root.cordon.agent.v1.InventorySnapshot.decode(reader, reader.size(), $undefined, _depth + 1, message.inventorySnapshot);
                                message.body = "inventorySnapshot";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 2)
                                    break;
                                message.inventoryDelta = $root.cordon.agent.v1.InventoryDelta.decode(reader, reader.size(), $undefined, _depth + 1, message.inventoryDelta);
                                message.body = "inventoryDelta";
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                message.inventoryAck = $root.cordon.agent.v1.InventoryAck.decode(reader, reader.size(), $undefined, _depth + 1, message.inventoryAck);
                                message.body = "inventoryAck";
                                continue;
                            }
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                message.policyPush = $root.cordon.agent.v1.PolicyPush.decode(reader, reader.size(), $undefined, _depth + 1, message.policyPush);
                                message.body = "policyPush";
                                continue;
                            }
                        case 17: {
                                if (wireType !== 2)
                                    break;
                                message.policyApplied = $root.cordon.agent.v1.PolicyApplied.decode(reader, reader.size(), $undefined, _depth + 1, message.policyApplied);
                                message.body = "policyApplied";
                                continue;
                            }
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                message.resolveRequest = $root.cordon.agent.v1.ResolveRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.resolveRequest);
                                message.body = "resolveRequest";
                                continue;
                            }
                        case 19: {
                                if (wireType !== 2)
                                    break;
                                message.resolveAnswer = $root.cordon.agent.v1.ResolveAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.resolveAnswer);
                                message.body = "resolveAnswer";
                                continue;
                            }
                        case 20: {
                                if (wireType !== 2)
                                    break;
                                message.budgetReport = $root.cordon.agent.v1.BudgetReport.decode(reader, reader.size(), $undefined, _depth + 1, message.budgetReport);
                                message.body = "budgetReport";
                                continue;
                            }
                        case 22: {
                                if (wireType !== 2)
                                    break;
                                message.releaseResult = $root.cordon.agent.v1.ReleaseResult.decode(reader, reader.size(), $undefined, _depth + 1, message.releaseResult);
                                message.body = "releaseResult";
                                continue;
                            }
                        case 23: {
                                if (wireType !== 2)
                                    break;
                                message.leaseReport = $root.cordon.agent.v1.LeaseReport.decode(reader, reader.size(), $undefined, _depth + 1, message.leaseReport);
                                message.body = "leaseReport";
                                continue;
                            }
                        case 25: {
                                if (wireType !== 2)
                                    break;
                                message.evidenceAnswer = $root.cordon.agent.v1.EvidenceAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.evidenceAnswer);
                                message.body = "evidenceAnswer";
                                continue;
                            }
                        case 26: {
                                if (wireType !== 2)
                                    break;
                                message.siteReport = $root.cordon.agent.v1.SiteReport.decode(reader, reader.size(), $undefined, _depth + 1, message.siteReport);
                                message.body = "siteReport";
                                continue;
                            }
                        case 27: {
                                if (wireType !== 2)
                                    break;
                                message.updateOffer = $root.cordon.agent.v1.UpdateOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.updateOffer);
                                message.body = "updateOffer";
                                continue;
                            }
                        case 28: {
                                if (wireType !== 2)
                                    break;
                                message.updateReport = $root.cordon.agent.v1.UpdateReport.decode(reader, reader.size(), $undefined, _depth + 1, message.updateReport);
                                message.body = "updateReport";
                                continue;
                            }
                        case 40: {
                                if (wireType !== 2)
                                    break;
                                message.renewalRequest = $root.cordon.agent.v1.RenewalRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.renewalRequest);
                                message.body = "renewalRequest";
                                continue;
                            }
                        case 41: {
                                if (wireType !== 2)
                                    break;
                                message.renewalAnswer = $root.cordon.agent.v1.RenewalAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.renewalAnswer);
                                message.body = "renewalAnswer";
                                continue;
                            }
                        case 42: {
                                if (wireType !== 2)
                                    break;
                                message.trustBundle = $root.cordon.agent.v1.TrustBundle.decode(reader, reader.size(), $undefined, _depth + 1, message.trustBundle);
                                message.body = "trustBundle";
                                continue;
                            }
                        case 43: {
                                if (wireType !== 2)
                                    break;
                                message.trustApplied = $root.cordon.agent.v1.TrustApplied.decode(reader, reader.size(), $undefined, _depth + 1, message.trustApplied);
                                message.body = "trustApplied";
                                continue;
                            }
                        case 45: {
                                if (wireType !== 2)
                                    break;
                                message.signedOrder = $root.cordon.agent.v1.SignedOrder.decode(reader, reader.size(), $undefined, _depth + 1, message.signedOrder);
                                message.body = "signedOrder";
                                continue;
                            }
                        case 46: {
                                if (wireType !== 2)
                                    break;
                                message.orderRefused = $root.cordon.agent.v1.OrderRefused.decode(reader, reader.size(), $undefined, _depth + 1, message.orderRefused);
                                message.body = "orderRefused";
                                continue;
                            }
                        case 47: {
                                if (wireType !== 2)
                                    break;
                                message.orderKeysHeld = $root.cordon.agent.v1.OrderKeysHeld.decode(reader, reader.size(), $undefined, _depth + 1, message.orderKeysHeld);
                                message.body = "orderKeysHeld";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Envelope;
            })();

            v1.Offer = (function() {

                const Offer = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Offer.prototype.order = null;
                Offer.prototype.firstOfferedAtMs = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Offer.prototype, "_firstOfferedAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["firstOfferedAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Offer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.order != null && $Object.hasOwnProperty.call(message, "order"))
                        $root.cordon.agent.v1.ActionOrder.encode(message.order, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.firstOfferedAtMs != null && $Object.hasOwnProperty.call(message, "firstOfferedAtMs"))
                        writer.uint32(24).int64(message.firstOfferedAtMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Offer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Offer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.order = $root.cordon.agent.v1.ActionOrder.decode(reader, reader.size(), $undefined, _depth + 1, message.order);
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.firstOfferedAtMs = reader.int64();
                                message._firstOfferedAtMs = "firstOfferedAtMs";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Offer;
            })();

            v1.ActionOrder = (function() {

                const ActionOrder = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ActionOrder.prototype.actionId = "";
                ActionOrder.prototype.endpointId = "";
                ActionOrder.prototype.spec = null;
                ActionOrder.prototype.deadlineMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                ActionOrder.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.endpointId != null && $Object.hasOwnProperty.call(message, "endpointId") && message.endpointId !== "")
                        writer.uint32(18).string(message.endpointId);
                    if (message.spec != null && $Object.hasOwnProperty.call(message, "spec"))
                        $root.cordon.agent.v1.ActionSpec.encode(message.spec, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs") && (typeof message.deadlineMs === "object" ? message.deadlineMs.low || message.deadlineMs.high : message.deadlineMs !== 0))
                        writer.uint32(32).int64(message.deadlineMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ActionOrder.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.ActionOrder();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.endpointId = value;
                                else
                                    delete message.endpointId;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.spec = $root.cordon.agent.v1.ActionSpec.decode(reader, reader.size(), $undefined, _depth + 1, message.spec);
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.deadlineMs = value;
                                else
                                    delete message.deadlineMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return ActionOrder;
            })();

            v1.ActionSpec = (function() {

                const ActionSpec = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ActionSpec.prototype.onDemandScan = null;
                ActionSpec.prototype.iocScan = null;
                ActionSpec.prototype.quarantineFile = null;
                ActionSpec.prototype.deleteFile = null;
                ActionSpec.prototype.getFile = null;
                ActionSpec.prototype.isolateHost = null;
                ActionSpec.prototype.preventExecution = null;
                ActionSpec.prototype.startProcess = null;
                ActionSpec.prototype.terminateProcess = null;

                let $oneOfFields;

                $Object.defineProperty(ActionSpec.prototype, "kind", {
                    get: $util.oneOfGetter($oneOfFields = ["onDemandScan", "iocScan", "quarantineFile", "deleteFile", "getFile", "isolateHost", "preventExecution", "startProcess", "terminateProcess"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                ActionSpec.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.onDemandScan != null && $Object.hasOwnProperty.call(message, "onDemandScan"))
                        $root.cordon.agent.v1.OnDemandScan.encode(message.onDemandScan, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.iocScan != null && $Object.hasOwnProperty.call(message, "iocScan"))
                        $root.cordon.agent.v1.IocScan.encode(message.iocScan, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.quarantineFile != null && $Object.hasOwnProperty.call(message, "quarantineFile"))
                        $root.cordon.agent.v1.QuarantineFile.encode(message.quarantineFile, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.deleteFile != null && $Object.hasOwnProperty.call(message, "deleteFile"))
                        $root.cordon.agent.v1.DeleteFile.encode(message.deleteFile, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.getFile != null && $Object.hasOwnProperty.call(message, "getFile"))
                        $root.cordon.agent.v1.GetFile.encode(message.getFile, writer.uint32(42).fork(), _depth + 1).ldelim();
                    if (message.isolateHost != null && $Object.hasOwnProperty.call(message, "isolateHost"))
                        $root.cordon.agent.v1.IsolateHost.encode(message.isolateHost, writer.uint32(50).fork(), _depth + 1).ldelim();
                    if (message.preventExecution != null && $Object.hasOwnProperty.call(message, "preventExecution"))
                        $root.cordon.agent.v1.PreventExecution.encode(message.preventExecution, writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.startProcess != null && $Object.hasOwnProperty.call(message, "startProcess"))
                        $root.cordon.agent.v1.StartProcess.encode(message.startProcess, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.terminateProcess != null && $Object.hasOwnProperty.call(message, "terminateProcess"))
                        $root.cordon.agent.v1.TerminateProcess.encode(message.terminateProcess, writer.uint32(74).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ActionSpec.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.ActionSpec();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.onDemandScan = $root.cordon.agent.v1.OnDemandScan.decode(reader, reader.size(), $undefined, _depth + 1, message.onDemandScan);
                                message.kind = "onDemandScan";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.iocScan = $root.cordon.agent.v1.IocScan.decode(reader, reader.size(), $undefined, _depth + 1, message.iocScan);
                                message.kind = "iocScan";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.quarantineFile = $root.cordon.agent.v1.QuarantineFile.decode(reader, reader.size(), $undefined, _depth + 1, message.quarantineFile);
                                message.kind = "quarantineFile";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.deleteFile = $root.cordon.agent.v1.DeleteFile.decode(reader, reader.size(), $undefined, _depth + 1, message.deleteFile);
                                message.kind = "deleteFile";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.getFile = $root.cordon.agent.v1.GetFile.decode(reader, reader.size(), $undefined, _depth + 1, message.getFile);
                                message.kind = "getFile";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.isolateHost = $root.cordon.agent.v1.IsolateHost.decode(reader, reader.size(), $undefined, _depth + 1, message.isolateHost);
                                message.kind = "isolateHost";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.preventExecution = $root.cordon.agent.v1.PreventExecution.decode(reader, reader.size(), $undefined, _depth + 1, message.preventExecution);
                                message.kind = "preventExecution";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.startProcess = $root.cordon.agent.v1.StartProcess.decode(reader, reader.size(), $undefined, _depth + 1, message.startProcess);
                                message.kind = "startProcess";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.terminateProcess = $root.cordon.agent.v1.TerminateProcess.decode(reader, reader.size(), $undefined, _depth + 1, message.terminateProcess);
                                message.kind = "terminateProcess";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return ActionSpec;
            })();

            v1.OnDemandScan = (function() {

                const OnDemandScan = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OnDemandScan.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OnDemandScan.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.OnDemandScan();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return OnDemandScan;
            })();

            v1.IocScan = (function() {

                const IocScan = function (properties) {
                    this.indicators = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                IocScan.prototype.indicators = $util.emptyArray;

                IocScan.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.indicators != null && message.indicators.length)
                        for (let i = 0; i < message.indicators.length; ++i)
                            $root.cordon.agent.v1.Indicator.encode(message.indicators[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                IocScan.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.IocScan();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.indicators && message.indicators.length))
                                    message.indicators = [];
                                message.indicators.push($root.cordon.agent.v1.Indicator.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return IocScan;
            })();

            v1.Indicator = (function() {

                const Indicator = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Indicator.prototype.type = 0;
                Indicator.prototype.value = "";

                Indicator.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                        writer.uint32(8).int32(message.type);
                    if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                        writer.uint32(18).string(message.value);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Indicator.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Indicator();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.type = value;
                                else
                                    delete message.type;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.value = value;
                                else
                                    delete message.value;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Indicator;
            })();

            v1.IndicatorType = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "INDICATOR_TYPE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "INDICATOR_TYPE_MD5"] = 1;
                values[valuesById[2] = "INDICATOR_TYPE_SHA256"] = 2;
                values[valuesById[3] = "INDICATOR_TYPE_FILE_PATH"] = 3;
                values[valuesById[4] = "INDICATOR_TYPE_FILE_NAME"] = 4;
                values[valuesById[5] = "INDICATOR_TYPE_IP_ADDRESS"] = 5;
                values[valuesById[6] = "INDICATOR_TYPE_DOMAIN"] = 6;
                values[valuesById[7] = "INDICATOR_TYPE_URL"] = 7;
                return values;
            })();

            v1.FileTarget = (function() {

                const FileTarget = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                FileTarget.prototype.path = null;
                FileTarget.prototype.md5 = null;
                FileTarget.prototype.sha256 = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(FileTarget.prototype, "_path", {
                    get: $util.oneOfGetter($oneOfFields = ["path"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(FileTarget.prototype, "_md5", {
                    get: $util.oneOfGetter($oneOfFields = ["md5"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(FileTarget.prototype, "_sha256", {
                    get: $util.oneOfGetter($oneOfFields = ["sha256"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                FileTarget.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                        writer.uint32(10).string(message.path);
                    if (message.md5 != null && $Object.hasOwnProperty.call(message, "md5"))
                        writer.uint32(18).string(message.md5);
                    if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256"))
                        writer.uint32(26).string(message.sha256);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                FileTarget.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.FileTarget();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.path = reader.stringVerify();
                                message._path = "path";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.md5 = reader.stringVerify();
                                message._md5 = "md5";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.sha256 = reader.stringVerify();
                                message._sha256 = "sha256";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return FileTarget;
            })();

            v1.QuarantineFile = (function() {

                const QuarantineFile = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                QuarantineFile.prototype.target = null;

                QuarantineFile.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target"))
                        $root.cordon.agent.v1.FileTarget.encode(message.target, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                QuarantineFile.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.QuarantineFile();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.target = $root.cordon.agent.v1.FileTarget.decode(reader, reader.size(), $undefined, _depth + 1, message.target);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return QuarantineFile;
            })();

            v1.DeleteFile = (function() {

                const DeleteFile = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                DeleteFile.prototype.target = null;
                DeleteFile.prototype.searchInSubfolders = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(DeleteFile.prototype, "_searchInSubfolders", {
                    get: $util.oneOfGetter($oneOfFields = ["searchInSubfolders"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                DeleteFile.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target"))
                        $root.cordon.agent.v1.FileTarget.encode(message.target, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.searchInSubfolders != null && $Object.hasOwnProperty.call(message, "searchInSubfolders"))
                        writer.uint32(16).bool(message.searchInSubfolders);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                DeleteFile.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.DeleteFile();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.target = $root.cordon.agent.v1.FileTarget.decode(reader, reader.size(), $undefined, _depth + 1, message.target);
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.searchInSubfolders = reader.bool();
                                message._searchInSubfolders = "searchInSubfolders";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return DeleteFile;
            })();

            v1.GetFile = (function() {

                const GetFile = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                GetFile.prototype.target = null;

                GetFile.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target"))
                        $root.cordon.agent.v1.FileTarget.encode(message.target, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                GetFile.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.GetFile();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.target = $root.cordon.agent.v1.FileTarget.decode(reader, reader.size(), $undefined, _depth + 1, message.target);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return GetFile;
            })();

            v1.IsolateHost = (function() {

                const IsolateHost = function (properties) {
                    this.exclusions = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                IsolateHost.prototype.durationSeconds = 0;
                IsolateHost.prototype.exclusions = $util.emptyArray;
                IsolateHost.prototype.holdSeconds = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(IsolateHost.prototype, "_holdSeconds", {
                    get: $util.oneOfGetter($oneOfFields = ["holdSeconds"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                IsolateHost.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.durationSeconds != null && $Object.hasOwnProperty.call(message, "durationSeconds") && message.durationSeconds !== 0)
                        writer.uint32(8).uint32(message.durationSeconds);
                    if (message.exclusions != null && message.exclusions.length)
                        for (let i = 0; i < message.exclusions.length; ++i)
                            $root.cordon.agent.v1.IsolationExclusion.encode(message.exclusions[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.holdSeconds != null && $Object.hasOwnProperty.call(message, "holdSeconds"))
                        writer.uint32(24).uint32(message.holdSeconds);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                IsolateHost.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.IsolateHost();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.durationSeconds = value;
                                else
                                    delete message.durationSeconds;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.exclusions && message.exclusions.length))
                                    message.exclusions = [];
                                message.exclusions.push($root.cordon.agent.v1.IsolationExclusion.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.holdSeconds = reader.uint32();
                                message._holdSeconds = "holdSeconds";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return IsolateHost;
            })();

            v1.IsolationExclusion = (function() {

                const IsolationExclusion = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                IsolationExclusion.prototype.direction = 0;
                IsolationExclusion.prototype.protocol = null;
                IsolationExclusion.prototype.remoteAddress = null;
                IsolationExclusion.prototype.localPorts = null;
                IsolationExclusion.prototype.remotePorts = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(IsolationExclusion.prototype, "_protocol", {
                    get: $util.oneOfGetter($oneOfFields = ["protocol"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(IsolationExclusion.prototype, "_remoteAddress", {
                    get: $util.oneOfGetter($oneOfFields = ["remoteAddress"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                IsolationExclusion.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.direction != null && $Object.hasOwnProperty.call(message, "direction") && message.direction !== 0)
                        writer.uint32(8).int32(message.direction);
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol"))
                        writer.uint32(16).uint32(message.protocol);
                    if (message.remoteAddress != null && $Object.hasOwnProperty.call(message, "remoteAddress"))
                        writer.uint32(26).string(message.remoteAddress);
                    if (message.localPorts != null && $Object.hasOwnProperty.call(message, "localPorts"))
                        $root.cordon.agent.v1.PortRange.encode(message.localPorts, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.remotePorts != null && $Object.hasOwnProperty.call(message, "remotePorts"))
                        $root.cordon.agent.v1.PortRange.encode(message.remotePorts, writer.uint32(42).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                IsolationExclusion.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.IsolationExclusion();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.direction = value;
                                else
                                    delete message.direction;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.protocol = reader.uint32();
                                message._protocol = "protocol";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.remoteAddress = reader.stringVerify();
                                message._remoteAddress = "remoteAddress";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.localPorts = $root.cordon.agent.v1.PortRange.decode(reader, reader.size(), $undefined, _depth + 1, message.localPorts);
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.remotePorts = $root.cordon.agent.v1.PortRange.decode(reader, reader.size(), $undefined, _depth + 1, message.remotePorts);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return IsolationExclusion;
            })();

            v1.TrafficDirection = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "TRAFFIC_DIRECTION_UNSPECIFIED"] = 0;
                values[valuesById[1] = "TRAFFIC_DIRECTION_INBOUND"] = 1;
                values[valuesById[2] = "TRAFFIC_DIRECTION_OUTBOUND"] = 2;
                values[valuesById[3] = "TRAFFIC_DIRECTION_BOTH"] = 3;
                return values;
            })();

            v1.PortRange = (function() {

                const PortRange = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                PortRange.prototype.from = 0;
                PortRange.prototype.to = 0;

                PortRange.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from !== 0)
                        writer.uint32(8).uint32(message.from);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== 0)
                        writer.uint32(16).uint32(message.to);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                PortRange.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.PortRange();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.from = value;
                                else
                                    delete message.from;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.to = value;
                                else
                                    delete message.to;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return PortRange;
            })();

            v1.PreventExecution = (function() {

                const PreventExecution = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                PreventExecution.prototype.target = null;

                PreventExecution.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target"))
                        $root.cordon.agent.v1.FileTarget.encode(message.target, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                PreventExecution.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.PreventExecution();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.target = $root.cordon.agent.v1.FileTarget.decode(reader, reader.size(), $undefined, _depth + 1, message.target);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return PreventExecution;
            })();

            v1.StartProcess = (function() {

                const StartProcess = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StartProcess.prototype.path = "";
                StartProcess.prototype["arguments"] = null;
                StartProcess.prototype.workingDirectory = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(StartProcess.prototype, "_arguments", {
                    get: $util.oneOfGetter($oneOfFields = ["arguments"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(StartProcess.prototype, "_workingDirectory", {
                    get: $util.oneOfGetter($oneOfFields = ["workingDirectory"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                StartProcess.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                        writer.uint32(10).string(message.path);
                    if (message["arguments"] != null && $Object.hasOwnProperty.call(message, "arguments"))
                        writer.uint32(18).string(message["arguments"]);
                    if (message.workingDirectory != null && $Object.hasOwnProperty.call(message, "workingDirectory"))
                        writer.uint32(26).string(message.workingDirectory);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                StartProcess.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.StartProcess();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.path = value;
                                else
                                    delete message.path;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message["arguments"] = reader.stringVerify();
                                message._arguments = "arguments";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.workingDirectory = reader.stringVerify();
                                message._workingDirectory = "workingDirectory";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return StartProcess;
            })();

            v1.TerminateProcess = (function() {

                const TerminateProcess = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                TerminateProcess.prototype.target = null;
                TerminateProcess.prototype.pid = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(TerminateProcess.prototype, "_pid", {
                    get: $util.oneOfGetter($oneOfFields = ["pid"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                TerminateProcess.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target"))
                        $root.cordon.agent.v1.FileTarget.encode(message.target, writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.pid != null && $Object.hasOwnProperty.call(message, "pid"))
                        writer.uint32(16).uint32(message.pid);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                TerminateProcess.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.TerminateProcess();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.target = $root.cordon.agent.v1.FileTarget.decode(reader, reader.size(), $undefined, _depth + 1, message.target);
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.pid = reader.uint32();
                                message._pid = "pid";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return TerminateProcess;
            })();

            v1.Receipt = (function() {

                const Receipt = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Receipt.prototype.actionId = "";
                Receipt.prototype.accepted = null;
                Receipt.prototype.duplicate = null;
                Receipt.prototype.refused = null;

                let $oneOfFields;

                $Object.defineProperty(Receipt.prototype, "verdict", {
                    get: $util.oneOfGetter($oneOfFields = ["accepted", "duplicate", "refused"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Receipt.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted"))
                        $root.cordon.agent.v1.Accepted.encode(message.accepted, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.duplicate != null && $Object.hasOwnProperty.call(message, "duplicate"))
                        $root.cordon.agent.v1.Duplicate.encode(message.duplicate, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.refused != null && $Object.hasOwnProperty.call(message, "refused"))
                        $root.cordon.agent.v1.Problem.encode(message.refused, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Receipt.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Receipt();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.accepted = $root.cordon.agent.v1.Accepted.decode(reader, reader.size(), $undefined, _depth + 1, message.accepted);
                                message.verdict = "accepted";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.duplicate = $root.cordon.agent.v1.Duplicate.decode(reader, reader.size(), $undefined, _depth + 1, message.duplicate);
                                message.verdict = "duplicate";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.refused = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.refused);
                                message.verdict = "refused";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Receipt;
            })();

            v1.Accepted = (function() {

                const Accepted = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Accepted.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Accepted.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Accepted();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Accepted;
            })();

            v1.Duplicate = (function() {

                const Duplicate = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Duplicate.prototype.state = 0;

                Duplicate.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                        writer.uint32(8).int32(message.state);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Duplicate.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Duplicate();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Duplicate;
            })();

            v1.Cancel = (function() {

                const Cancel = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Cancel.prototype.actionId = "";
                Cancel.prototype.reason = "";

                Cancel.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                        writer.uint32(18).string(message.reason);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Cancel.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Cancel();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.reason = value;
                                else
                                    delete message.reason;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Cancel;
            })();

            v1.CancelResult = (function() {

                const CancelResult = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                CancelResult.prototype.actionId = "";
                CancelResult.prototype.outcome = 0;
                CancelResult.prototype.state = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(CancelResult.prototype, "_state", {
                    get: $util.oneOfGetter($oneOfFields = ["state"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                CancelResult.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.outcome != null && $Object.hasOwnProperty.call(message, "outcome") && message.outcome !== 0)
                        writer.uint32(16).int32(message.outcome);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                        writer.uint32(24).int32(message.state);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                CancelResult.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.CancelResult();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.outcome = value;
                                else
                                    delete message.outcome;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.state = reader.int32();
                                message._state = "state";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return CancelResult;
            })();

            v1.CancelOutcome = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "CANCEL_OUTCOME_UNSPECIFIED"] = 0;
                values[valuesById[1] = "CANCEL_OUTCOME_CANCELLED"] = 1;
                values[valuesById[2] = "CANCEL_OUTCOME_TOO_LATE"] = 2;
                values[valuesById[3] = "CANCEL_OUTCOME_NOT_FOUND"] = 3;
                return values;
            })();

            v1.Hello = (function() {

                const Hello = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Hello.prototype.protocolMin = 0;
                Hello.prototype.protocolMax = 0;
                Hello.prototype.agentVersion = "";
                Hello.prototype.siteId = "";
                Hello.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Hello.prototype.statusSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Hello.prototype.inventoryVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Hello.prototype.ledger = null;
                Hello.prototype.serviceConsole = 0;
                Hello.prototype.agentTimeMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Hello.prototype.ledgerId = "";
                Hello.prototype.standBy = false;

                Hello.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.protocolMin != null && $Object.hasOwnProperty.call(message, "protocolMin") && message.protocolMin !== 0)
                        writer.uint32(8).uint32(message.protocolMin);
                    if (message.protocolMax != null && $Object.hasOwnProperty.call(message, "protocolMax") && message.protocolMax !== 0)
                        writer.uint32(16).uint32(message.protocolMax);
                    if (message.agentVersion != null && $Object.hasOwnProperty.call(message, "agentVersion") && message.agentVersion !== "")
                        writer.uint32(26).string(message.agentVersion);
                    if (message.siteId != null && $Object.hasOwnProperty.call(message, "siteId") && message.siteId !== "")
                        writer.uint32(34).string(message.siteId);
                    if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                        writer.uint32(40).uint64(message.epoch);
                    if (message.statusSeq != null && $Object.hasOwnProperty.call(message, "statusSeq") && (typeof message.statusSeq === "object" ? message.statusSeq.low || message.statusSeq.high : message.statusSeq !== 0))
                        writer.uint32(48).uint64(message.statusSeq);
                    if (message.inventoryVersion != null && $Object.hasOwnProperty.call(message, "inventoryVersion") && (typeof message.inventoryVersion === "object" ? message.inventoryVersion.low || message.inventoryVersion.high : message.inventoryVersion !== 0))
                        writer.uint32(56).uint64(message.inventoryVersion);
                    if (message.ledger != null && $Object.hasOwnProperty.call(message, "ledger"))
                        $root.cordon.agent.v1.LedgerSummary.encode(message.ledger, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.serviceConsole != null && $Object.hasOwnProperty.call(message, "serviceConsole") && message.serviceConsole !== 0)
                        writer.uint32(72).int32(message.serviceConsole);
                    if (message.agentTimeMs != null && $Object.hasOwnProperty.call(message, "agentTimeMs") && (typeof message.agentTimeMs === "object" ? message.agentTimeMs.low || message.agentTimeMs.high : message.agentTimeMs !== 0))
                        writer.uint32(80).int64(message.agentTimeMs);
                    if (message.ledgerId != null && $Object.hasOwnProperty.call(message, "ledgerId") && message.ledgerId !== "")
                        writer.uint32(90).string(message.ledgerId);
                    if (message.standBy != null && $Object.hasOwnProperty.call(message, "standBy") && message.standBy !== false)
                        writer.uint32(96).bool(message.standBy);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Hello.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Hello();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.protocolMin = value;
                                else
                                    delete message.protocolMin;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.protocolMax = value;
                                else
                                    delete message.protocolMax;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.agentVersion = value;
                                else
                                    delete message.agentVersion;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.siteId = value;
                                else
                                    delete message.siteId;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.epoch = value;
                                else
                                    delete message.epoch;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.statusSeq = value;
                                else
                                    delete message.statusSeq;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.inventoryVersion = value;
                                else
                                    delete message.inventoryVersion;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.ledger = $root.cordon.agent.v1.LedgerSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.ledger);
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.serviceConsole = value;
                                else
                                    delete message.serviceConsole;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.agentTimeMs = value;
                                else
                                    delete message.agentTimeMs;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.ledgerId = value;
                                else
                                    delete message.ledgerId;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.standBy = value;
                                else
                                    delete message.standBy;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Hello;
            })();

            v1.Welcome = (function() {

                const Welcome = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Welcome.prototype.protocol = 0;
                Welcome.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Welcome.prototype.statusCursor = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Welcome.prototype.inventoryVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Welcome.prototype.heartbeatMs = 0;
                Welcome.prototype.coordinatorTimeMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Welcome.prototype.statusesPerBatchMax = 0;
                Welcome.prototype.standBy = false;
                Welcome.prototype.actingLeaseMs = 0;

                Welcome.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                        writer.uint32(8).uint32(message.protocol);
                    if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                        writer.uint32(16).uint64(message.epoch);
                    if (message.statusCursor != null && $Object.hasOwnProperty.call(message, "statusCursor") && (typeof message.statusCursor === "object" ? message.statusCursor.low || message.statusCursor.high : message.statusCursor !== 0))
                        writer.uint32(24).uint64(message.statusCursor);
                    if (message.inventoryVersion != null && $Object.hasOwnProperty.call(message, "inventoryVersion") && (typeof message.inventoryVersion === "object" ? message.inventoryVersion.low || message.inventoryVersion.high : message.inventoryVersion !== 0))
                        writer.uint32(32).uint64(message.inventoryVersion);
                    if (message.heartbeatMs != null && $Object.hasOwnProperty.call(message, "heartbeatMs") && message.heartbeatMs !== 0)
                        writer.uint32(40).uint32(message.heartbeatMs);
                    if (message.coordinatorTimeMs != null && $Object.hasOwnProperty.call(message, "coordinatorTimeMs") && (typeof message.coordinatorTimeMs === "object" ? message.coordinatorTimeMs.low || message.coordinatorTimeMs.high : message.coordinatorTimeMs !== 0))
                        writer.uint32(48).int64(message.coordinatorTimeMs);
                    if (message.statusesPerBatchMax != null && $Object.hasOwnProperty.call(message, "statusesPerBatchMax") && message.statusesPerBatchMax !== 0)
                        writer.uint32(56).uint32(message.statusesPerBatchMax);
                    if (message.standBy != null && $Object.hasOwnProperty.call(message, "standBy") && message.standBy !== false)
                        writer.uint32(64).bool(message.standBy);
                    if (message.actingLeaseMs != null && $Object.hasOwnProperty.call(message, "actingLeaseMs") && message.actingLeaseMs !== 0)
                        writer.uint32(72).uint32(message.actingLeaseMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Welcome.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Welcome();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.protocol = value;
                                else
                                    delete message.protocol;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.epoch = value;
                                else
                                    delete message.epoch;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.statusCursor = value;
                                else
                                    delete message.statusCursor;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.inventoryVersion = value;
                                else
                                    delete message.inventoryVersion;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.heartbeatMs = value;
                                else
                                    delete message.heartbeatMs;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.coordinatorTimeMs = value;
                                else
                                    delete message.coordinatorTimeMs;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.statusesPerBatchMax = value;
                                else
                                    delete message.statusesPerBatchMax;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.standBy = value;
                                else
                                    delete message.standBy;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.actingLeaseMs = value;
                                else
                                    delete message.actingLeaseMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Welcome;
            })();

            v1.Ping = (function() {

                const Ping = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Ping.prototype.nonce = 0;

                Ping.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce !== 0)
                        writer.uint32(8).uint32(message.nonce);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Ping.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Ping();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.nonce = value;
                                else
                                    delete message.nonce;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Ping;
            })();

            v1.Pong = (function() {

                const Pong = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Pong.prototype.nonce = 0;

                Pong.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce !== 0)
                        writer.uint32(8).uint32(message.nonce);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Pong.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Pong();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.nonce = value;
                                else
                                    delete message.nonce;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Pong;
            })();

            v1.LedgerSummary = (function() {

                const LedgerSummary = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                LedgerSummary.prototype.endpoints = 0;
                LedgerSummary.prototype.open = 0;
                LedgerSummary.prototype.deferred = 0;

                LedgerSummary.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.endpoints != null && $Object.hasOwnProperty.call(message, "endpoints") && message.endpoints !== 0)
                        writer.uint32(8).uint32(message.endpoints);
                    if (message.open != null && $Object.hasOwnProperty.call(message, "open") && message.open !== 0)
                        writer.uint32(16).uint32(message.open);
                    if (message.deferred != null && $Object.hasOwnProperty.call(message, "deferred") && message.deferred !== 0)
                        writer.uint32(24).uint32(message.deferred);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                LedgerSummary.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.LedgerSummary();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.endpoints = value;
                                else
                                    delete message.endpoints;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.open = value;
                                else
                                    delete message.open;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.deferred = value;
                                else
                                    delete message.deferred;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return LedgerSummary;
            })();

            v1.ServiceConsole = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "SERVICE_CONSOLE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "SERVICE_CONSOLE_UNKNOWN"] = 1;
                values[valuesById[2] = "SERVICE_CONSOLE_UP"] = 2;
                values[valuesById[3] = "SERVICE_CONSOLE_DOWN"] = 3;
                return values;
            })();

            v1.Problem = (function() {

                const Problem = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Problem.prototype.code = "";
                Problem.prototype.message = "";

                Problem.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(10).string(message.code);
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(18).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Problem.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Problem();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.message = value;
                                else
                                    delete message.message;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Problem;
            })();

            v1.StatusBatch = (function() {

                const StatusBatch = function (properties) {
                    this.statuses = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StatusBatch.prototype.statuses = $util.emptyArray;

                StatusBatch.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.statuses != null && message.statuses.length)
                        for (let i = 0; i < message.statuses.length; ++i)
                            $root.cordon.agent.v1.Status.encode(message.statuses[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                StatusBatch.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.StatusBatch();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.statuses && message.statuses.length))
                                    message.statuses = [];
                                message.statuses.push($root.cordon.agent.v1.Status.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return StatusBatch;
            })();

            v1.Status = (function() {

                const Status = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Status.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Status.prototype.actionId = "";
                Status.prototype.state = 0;
                Status.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Status.prototype.evidence = null;
                Status.prototype.code = null;
                Status.prototype.message = null;
                Status.prototype.earliestMs = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Status.prototype, "_code", {
                    get: $util.oneOfGetter($oneOfFields = ["code"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Status.prototype, "_message", {
                    get: $util.oneOfGetter($oneOfFields = ["message"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Status.prototype, "_earliestMs", {
                    get: $util.oneOfGetter($oneOfFields = ["earliestMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Status.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(8).uint64(message.seq);
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(18).string(message.actionId);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                        writer.uint32(24).int32(message.state);
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(32).int64(message.atMs);
                    if (message.evidence != null && $Object.hasOwnProperty.call(message, "evidence"))
                        $root.cordon.agent.v1.Evidence.encode(message.evidence, writer.uint32(42).fork(), _depth + 1).ldelim();
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                        writer.uint32(50).string(message.code);
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                        writer.uint32(58).string(message.message);
                    if (message.earliestMs != null && $Object.hasOwnProperty.call(message, "earliestMs"))
                        writer.uint32(64).int64(message.earliestMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Status.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Status();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.evidence = $root.cordon.agent.v1.Evidence.decode(reader, reader.size(), $undefined, _depth + 1, message.evidence);
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.code = reader.stringVerify();
                                message._code = "code";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.message = reader.stringVerify();
                                message._message = "message";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.earliestMs = reader.int64();
                                message._earliestMs = "earliestMs";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Status;
            })();

            v1.StatusAck = (function() {

                const StatusAck = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StatusAck.prototype.cursor = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                StatusAck.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor") && (typeof message.cursor === "object" ? message.cursor.low || message.cursor.high : message.cursor !== 0))
                        writer.uint32(8).uint64(message.cursor);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                StatusAck.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.StatusAck();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.cursor = value;
                                else
                                    delete message.cursor;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return StatusAck;
            })();

            v1.ActionState = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "ACTION_STATE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "ACTION_STATE_HELD"] = 1;
                values[valuesById[2] = "ACTION_STATE_QUEUED"] = 2;
                values[valuesById[3] = "ACTION_STATE_DELIVERED"] = 3;
                values[valuesById[4] = "ACTION_STATE_DEFERRED"] = 4;
                values[valuesById[5] = "ACTION_STATE_SUBMITTING"] = 5;
                values[valuesById[6] = "ACTION_STATE_SUBMITTED"] = 6;
                values[valuesById[7] = "ACTION_STATE_TASK_SEEN"] = 7;
                values[valuesById[8] = "ACTION_STATE_RUNNING"] = 8;
                values[valuesById[9] = "ACTION_STATE_SUCCEEDED"] = 9;
                values[valuesById[10] = "ACTION_STATE_FAILED"] = 10;
                values[valuesById[11] = "ACTION_STATE_REFUSED"] = 11;
                values[valuesById[12] = "ACTION_STATE_EXPIRED"] = 12;
                values[valuesById[13] = "ACTION_STATE_CANCELLED"] = 13;
                values[valuesById[14] = "ACTION_STATE_ROTATED"] = 14;
                values[valuesById[15] = "ACTION_STATE_NO_CONSOLE"] = 15;
                values[valuesById[16] = "ACTION_STATE_DELETED_BY_OPERATOR"] = 16;
                values[valuesById[17] = "ACTION_STATE_UNKNOWN"] = 17;
                return values;
            })();

            v1.Evidence = (function() {

                const Evidence = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Evidence.prototype.rung = 0;
                Evidence.prototype.incidentId = null;
                Evidence.prototype.taskId = null;
                Evidence.prototype.taskName = null;
                Evidence.prototype.hostState = null;
                Evidence.prototype.eventDbId = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Evidence.prototype, "_incidentId", {
                    get: $util.oneOfGetter($oneOfFields = ["incidentId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Evidence.prototype, "_taskId", {
                    get: $util.oneOfGetter($oneOfFields = ["taskId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Evidence.prototype, "_taskName", {
                    get: $util.oneOfGetter($oneOfFields = ["taskName"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Evidence.prototype, "_hostState", {
                    get: $util.oneOfGetter($oneOfFields = ["hostState"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Evidence.prototype, "_eventDbId", {
                    get: $util.oneOfGetter($oneOfFields = ["eventDbId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Evidence.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.rung != null && $Object.hasOwnProperty.call(message, "rung") && message.rung !== 0)
                        writer.uint32(8).int32(message.rung);
                    if (message.incidentId != null && $Object.hasOwnProperty.call(message, "incidentId"))
                        writer.uint32(16).int64(message.incidentId);
                    if (message.taskId != null && $Object.hasOwnProperty.call(message, "taskId"))
                        writer.uint32(26).string(message.taskId);
                    if (message.taskName != null && $Object.hasOwnProperty.call(message, "taskName"))
                        writer.uint32(34).string(message.taskName);
                    if (message.hostState != null && $Object.hasOwnProperty.call(message, "hostState"))
                        writer.uint32(40).int64(message.hostState);
                    if (message.eventDbId != null && $Object.hasOwnProperty.call(message, "eventDbId"))
                        writer.uint32(48).int64(message.eventDbId);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Evidence.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Evidence();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.rung = value;
                                else
                                    delete message.rung;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.incidentId = reader.int64();
                                message._incidentId = "incidentId";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.taskId = reader.stringVerify();
                                message._taskId = "taskId";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.taskName = reader.stringVerify();
                                message._taskName = "taskName";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.hostState = reader.int64();
                                message._hostState = "hostState";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.eventDbId = reader.int64();
                                message._eventDbId = "eventDbId";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Evidence;
            })();

            v1.EvidenceRung = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "EVIDENCE_RUNG_UNSPECIFIED"] = 0;
                values[valuesById[1] = "EVIDENCE_RUNG_NONE"] = 1;
                values[valuesById[2] = "EVIDENCE_RUNG_INCIDENT"] = 2;
                values[valuesById[3] = "EVIDENCE_RUNG_CONSOLE"] = 3;
                values[valuesById[4] = "EVIDENCE_RUNG_TASK"] = 4;
                values[valuesById[5] = "EVIDENCE_RUNG_HOST_STATE"] = 5;
                values[valuesById[6] = "EVIDENCE_RUNG_EVENT"] = 6;
                return values;
            })();

            v1.BudgetReport = (function() {

                const BudgetReport = function (properties) {
                    this.budgets = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                BudgetReport.prototype.serviceConsole = 0;
                BudgetReport.prototype.ledger = null;
                BudgetReport.prototype.budgets = $util.emptyArray;
                BudgetReport.prototype.kscProblem = null;

                BudgetReport.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.serviceConsole != null && $Object.hasOwnProperty.call(message, "serviceConsole") && message.serviceConsole !== 0)
                        writer.uint32(8).int32(message.serviceConsole);
                    if (message.ledger != null && $Object.hasOwnProperty.call(message, "ledger"))
                        $root.cordon.agent.v1.LedgerSummary.encode(message.ledger, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.budgets != null && message.budgets.length)
                        for (let i = 0; i < message.budgets.length; ++i)
                            $root.cordon.agent.v1.EndpointBudget.encode(message.budgets[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.kscProblem != null && $Object.hasOwnProperty.call(message, "kscProblem"))
                        $root.cordon.agent.v1.Problem.encode(message.kscProblem, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                BudgetReport.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.BudgetReport();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.serviceConsole = value;
                                else
                                    delete message.serviceConsole;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.ledger = $root.cordon.agent.v1.LedgerSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.ledger);
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.budgets && message.budgets.length))
                                    message.budgets = [];
                                message.budgets.push($root.cordon.agent.v1.EndpointBudget.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.kscProblem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.kscProblem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return BudgetReport;
            })();

            v1.EndpointBudget = (function() {

                const EndpointBudget = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EndpointBudget.prototype.endpointId = "";
                EndpointBudget.prototype.limit = 0;
                EndpointBudget.prototype.used = 0;
                EndpointBudget.prototype.foreign = 0;
                EndpointBudget.prototype.deferred = 0;
                EndpointBudget.prototype.known = false;
                EndpointBudget.prototype.measuredAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                EndpointBudget.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.endpointId != null && $Object.hasOwnProperty.call(message, "endpointId") && message.endpointId !== "")
                        writer.uint32(10).string(message.endpointId);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                        writer.uint32(16).uint32(message.limit);
                    if (message.used != null && $Object.hasOwnProperty.call(message, "used") && message.used !== 0)
                        writer.uint32(24).uint32(message.used);
                    if (message.foreign != null && $Object.hasOwnProperty.call(message, "foreign") && message.foreign !== 0)
                        writer.uint32(32).uint32(message.foreign);
                    if (message.deferred != null && $Object.hasOwnProperty.call(message, "deferred") && message.deferred !== 0)
                        writer.uint32(40).uint32(message.deferred);
                    if (message.known != null && $Object.hasOwnProperty.call(message, "known") && message.known !== false)
                        writer.uint32(48).bool(message.known);
                    if (message.measuredAtMs != null && $Object.hasOwnProperty.call(message, "measuredAtMs") && (typeof message.measuredAtMs === "object" ? message.measuredAtMs.low || message.measuredAtMs.high : message.measuredAtMs !== 0))
                        writer.uint32(56).int64(message.measuredAtMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                EndpointBudget.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.EndpointBudget();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.endpointId = value;
                                else
                                    delete message.endpointId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.limit = value;
                                else
                                    delete message.limit;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.used = value;
                                else
                                    delete message.used;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.foreign = value;
                                else
                                    delete message.foreign;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.deferred = value;
                                else
                                    delete message.deferred;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.known = value;
                                else
                                    delete message.known;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.measuredAtMs = value;
                                else
                                    delete message.measuredAtMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return EndpointBudget;
            })();

            v1.EvidenceRequest = (function() {

                const EvidenceRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EvidenceRequest.prototype.requestId = "";
                EvidenceRequest.prototype.actionId = "";
                EvidenceRequest.prototype.want = 0;
                EvidenceRequest.prototype.itemId = null;
                EvidenceRequest.prototype.requestedBy = "";

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(EvidenceRequest.prototype, "_itemId", {
                    get: $util.oneOfGetter($oneOfFields = ["itemId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                EvidenceRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
                        writer.uint32(10).string(message.requestId);
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(18).string(message.actionId);
                    if (message.want != null && $Object.hasOwnProperty.call(message, "want") && message.want !== 0)
                        writer.uint32(24).int32(message.want);
                    if (message.itemId != null && $Object.hasOwnProperty.call(message, "itemId"))
                        writer.uint32(34).string(message.itemId);
                    if (message.requestedBy != null && $Object.hasOwnProperty.call(message, "requestedBy") && message.requestedBy !== "")
                        writer.uint32(42).string(message.requestedBy);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                EvidenceRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.EvidenceRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.requestId = value;
                                else
                                    delete message.requestId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.want = value;
                                else
                                    delete message.want;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.itemId = reader.stringVerify();
                                message._itemId = "itemId";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.requestedBy = value;
                                else
                                    delete message.requestedBy;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return EvidenceRequest;
            })();

            v1.EvidenceWant = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "EVIDENCE_WANT_UNSPECIFIED"] = 0;
                values[valuesById[1] = "EVIDENCE_WANT_METADATA"] = 1;
                values[valuesById[2] = "EVIDENCE_WANT_FILE"] = 2;
                return values;
            })();

            v1.EvidenceAnswer = (function() {

                const EvidenceAnswer = function (properties) {
                    this.items = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EvidenceAnswer.prototype.requestId = "";
                EvidenceAnswer.prototype.items = $util.emptyArray;
                EvidenceAnswer.prototype.file = null;
                EvidenceAnswer.prototype.problem = null;

                EvidenceAnswer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
                        writer.uint32(10).string(message.requestId);
                    if (message.items != null && message.items.length)
                        for (let i = 0; i < message.items.length; ++i)
                            $root.cordon.agent.v1.EvidenceItem.encode(message.items[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.file != null && $Object.hasOwnProperty.call(message, "file"))
                        $root.cordon.agent.v1.EvidenceFile.encode(message.file, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                EvidenceAnswer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.EvidenceAnswer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.requestId = value;
                                else
                                    delete message.requestId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.items && message.items.length))
                                    message.items = [];
                                message.items.push($root.cordon.agent.v1.EvidenceItem.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.file = $root.cordon.agent.v1.EvidenceFile.decode(reader, reader.size(), $undefined, _depth + 1, message.file);
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return EvidenceAnswer;
            })();

            v1.EvidenceItem = (function() {

                const EvidenceItem = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EvidenceItem.prototype.itemId = "";
                EvidenceItem.prototype.objectName = "";
                EvidenceItem.prototype.bytes = null;
                EvidenceItem.prototype.addedAtMs = null;
                EvidenceItem.prototype.md5 = null;
                EvidenceItem.prototype.sha256 = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(EvidenceItem.prototype, "_bytes", {
                    get: $util.oneOfGetter($oneOfFields = ["bytes"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(EvidenceItem.prototype, "_addedAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["addedAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(EvidenceItem.prototype, "_md5", {
                    get: $util.oneOfGetter($oneOfFields = ["md5"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(EvidenceItem.prototype, "_sha256", {
                    get: $util.oneOfGetter($oneOfFields = ["sha256"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                EvidenceItem.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.itemId != null && $Object.hasOwnProperty.call(message, "itemId") && message.itemId !== "")
                        writer.uint32(10).string(message.itemId);
                    if (message.objectName != null && $Object.hasOwnProperty.call(message, "objectName") && message.objectName !== "")
                        writer.uint32(18).string(message.objectName);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes"))
                        writer.uint32(24).uint64(message.bytes);
                    if (message.addedAtMs != null && $Object.hasOwnProperty.call(message, "addedAtMs"))
                        writer.uint32(32).int64(message.addedAtMs);
                    if (message.md5 != null && $Object.hasOwnProperty.call(message, "md5"))
                        writer.uint32(42).string(message.md5);
                    if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256"))
                        writer.uint32(50).string(message.sha256);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                EvidenceItem.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.EvidenceItem();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.itemId = value;
                                else
                                    delete message.itemId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.objectName = value;
                                else
                                    delete message.objectName;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.bytes = reader.uint64();
                                message._bytes = "bytes";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.addedAtMs = reader.int64();
                                message._addedAtMs = "addedAtMs";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.md5 = reader.stringVerify();
                                message._md5 = "md5";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.sha256 = reader.stringVerify();
                                message._sha256 = "sha256";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return EvidenceItem;
            })();

            v1.EvidenceFile = (function() {

                const EvidenceFile = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EvidenceFile.prototype.itemId = "";
                EvidenceFile.prototype.path = "";
                EvidenceFile.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                EvidenceFile.prototype.sha256 = "";

                EvidenceFile.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.itemId != null && $Object.hasOwnProperty.call(message, "itemId") && message.itemId !== "")
                        writer.uint32(10).string(message.itemId);
                    if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                        writer.uint32(18).string(message.path);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                        writer.uint32(24).uint64(message.bytes);
                    if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256 !== "")
                        writer.uint32(34).string(message.sha256);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                EvidenceFile.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.EvidenceFile();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.itemId = value;
                                else
                                    delete message.itemId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.path = value;
                                else
                                    delete message.path;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.sha256 = value;
                                else
                                    delete message.sha256;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return EvidenceFile;
            })();

            v1.RenewalRequest = (function() {

                const RenewalRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                RenewalRequest.prototype.csr = "";

                RenewalRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.csr != null && $Object.hasOwnProperty.call(message, "csr") && message.csr !== "")
                        writer.uint32(10).string(message.csr);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                RenewalRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.RenewalRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.csr = value;
                                else
                                    delete message.csr;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return RenewalRequest;
            })();

            v1.RenewalAnswer = (function() {

                const RenewalAnswer = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                RenewalAnswer.prototype.certificate = "";
                RenewalAnswer.prototype.problem = null;

                RenewalAnswer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate !== "")
                        writer.uint32(10).string(message.certificate);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                RenewalAnswer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.RenewalAnswer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.certificate = value;
                                else
                                    delete message.certificate;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return RenewalAnswer;
            })();

            v1.TrustBundle = (function() {

                const TrustBundle = function (properties) {
                    this.roots = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                TrustBundle.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                TrustBundle.prototype.roots = $util.emptyArray;
                TrustBundle.prototype.recoverySequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                TrustBundle.prototype.renewIssuedBeforeMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                TrustBundle.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.roots != null && message.roots.length)
                        for (let i = 0; i < message.roots.length; ++i)
                            writer.uint32(18).string(message.roots[i]);
                    if (message.recoverySequence != null && $Object.hasOwnProperty.call(message, "recoverySequence") && (typeof message.recoverySequence === "object" ? message.recoverySequence.low || message.recoverySequence.high : message.recoverySequence !== 0))
                        writer.uint32(24).uint64(message.recoverySequence);
                    if (message.renewIssuedBeforeMs != null && $Object.hasOwnProperty.call(message, "renewIssuedBeforeMs") && (typeof message.renewIssuedBeforeMs === "object" ? message.renewIssuedBeforeMs.low || message.renewIssuedBeforeMs.high : message.renewIssuedBeforeMs !== 0))
                        writer.uint32(32).int64(message.renewIssuedBeforeMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                TrustBundle.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.TrustBundle();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.roots && message.roots.length))
                                    message.roots = [];
                                message.roots.push(reader.stringVerify());
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.recoverySequence = value;
                                else
                                    delete message.recoverySequence;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.renewIssuedBeforeMs = value;
                                else
                                    delete message.renewIssuedBeforeMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return TrustBundle;
            })();

            v1.OrderKey = (function() {

                const OrderKey = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OrderKey.prototype.keyId = "";
                OrderKey.prototype.publicKey = "";

                OrderKey.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId") && message.keyId !== "")
                        writer.uint32(10).string(message.keyId);
                    if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey !== "")
                        writer.uint32(18).string(message.publicKey);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OrderKey.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.OrderKey();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.keyId = value;
                                else
                                    delete message.keyId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.publicKey = value;
                                else
                                    delete message.publicKey;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return OrderKey;
            })();

            v1.TrustApplied = (function() {

                const TrustApplied = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                TrustApplied.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                TrustApplied.prototype.problem = null;

                TrustApplied.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                TrustApplied.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.TrustApplied();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return TrustApplied;
            })();

            v1.Endpoint = (function() {

                const Endpoint = function (properties) {
                    this.addresses = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Endpoint.prototype.endpointId = "";
                Endpoint.prototype.instanceId = null;
                Endpoint.prototype.displayName = "";
                Endpoint.prototype.fqdn = null;
                Endpoint.prototype.hostName = null;
                Endpoint.prototype.addresses = $util.emptyArray;
                Endpoint.prototype.groupId = null;
                Endpoint.prototype.groupName = null;
                Endpoint.prototype.kesVersion = null;
                Endpoint.prototype.agentVersion = null;
                Endpoint.prototype.osName = null;
                Endpoint.prototype.statusMask = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Endpoint.prototype.lastSeenAtMs = null;
                Endpoint.prototype.edrStatus = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_instanceId", {
                    get: $util.oneOfGetter($oneOfFields = ["instanceId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_fqdn", {
                    get: $util.oneOfGetter($oneOfFields = ["fqdn"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_hostName", {
                    get: $util.oneOfGetter($oneOfFields = ["hostName"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_groupId", {
                    get: $util.oneOfGetter($oneOfFields = ["groupId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_groupName", {
                    get: $util.oneOfGetter($oneOfFields = ["groupName"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_kesVersion", {
                    get: $util.oneOfGetter($oneOfFields = ["kesVersion"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_agentVersion", {
                    get: $util.oneOfGetter($oneOfFields = ["agentVersion"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_osName", {
                    get: $util.oneOfGetter($oneOfFields = ["osName"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_lastSeenAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["lastSeenAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Endpoint.prototype, "_edrStatus", {
                    get: $util.oneOfGetter($oneOfFields = ["edrStatus"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Endpoint.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.endpointId != null && $Object.hasOwnProperty.call(message, "endpointId") && message.endpointId !== "")
                        writer.uint32(10).string(message.endpointId);
                    if (message.instanceId != null && $Object.hasOwnProperty.call(message, "instanceId"))
                        writer.uint32(18).string(message.instanceId);
                    if (message.displayName != null && $Object.hasOwnProperty.call(message, "displayName") && message.displayName !== "")
                        writer.uint32(26).string(message.displayName);
                    if (message.fqdn != null && $Object.hasOwnProperty.call(message, "fqdn"))
                        writer.uint32(34).string(message.fqdn);
                    if (message.hostName != null && $Object.hasOwnProperty.call(message, "hostName"))
                        writer.uint32(42).string(message.hostName);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(50).string(message.addresses[i]);
                    if (message.groupId != null && $Object.hasOwnProperty.call(message, "groupId"))
                        writer.uint32(56).int64(message.groupId);
                    if (message.groupName != null && $Object.hasOwnProperty.call(message, "groupName"))
                        writer.uint32(66).string(message.groupName);
                    if (message.kesVersion != null && $Object.hasOwnProperty.call(message, "kesVersion"))
                        writer.uint32(74).string(message.kesVersion);
                    if (message.agentVersion != null && $Object.hasOwnProperty.call(message, "agentVersion"))
                        writer.uint32(82).string(message.agentVersion);
                    if (message.osName != null && $Object.hasOwnProperty.call(message, "osName"))
                        writer.uint32(90).string(message.osName);
                    if (message.statusMask != null && $Object.hasOwnProperty.call(message, "statusMask") && (typeof message.statusMask === "object" ? message.statusMask.low || message.statusMask.high : message.statusMask !== 0))
                        writer.uint32(96).int64(message.statusMask);
                    if (message.lastSeenAtMs != null && $Object.hasOwnProperty.call(message, "lastSeenAtMs"))
                        writer.uint32(104).int64(message.lastSeenAtMs);
                    if (message.edrStatus != null && $Object.hasOwnProperty.call(message, "edrStatus"))
                        writer.uint32(112).int64(message.edrStatus);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Endpoint.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Endpoint();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.endpointId = value;
                                else
                                    delete message.endpointId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.instanceId = reader.stringVerify();
                                message._instanceId = "instanceId";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.displayName = value;
                                else
                                    delete message.displayName;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.fqdn = reader.stringVerify();
                                message._fqdn = "fqdn";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.hostName = reader.stringVerify();
                                message._hostName = "hostName";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.addresses && message.addresses.length))
                                    message.addresses = [];
                                message.addresses.push(reader.stringVerify());
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.groupId = reader.int64();
                                message._groupId = "groupId";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.groupName = reader.stringVerify();
                                message._groupName = "groupName";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.kesVersion = reader.stringVerify();
                                message._kesVersion = "kesVersion";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                message.agentVersion = reader.stringVerify();
                                message._agentVersion = "agentVersion";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.osName = reader.stringVerify();
                                message._osName = "osName";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.statusMask = value;
                                else
                                    delete message.statusMask;
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                message.lastSeenAtMs = reader.int64();
                                message._lastSeenAtMs = "lastSeenAtMs";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 0)
                                    break;
                                message.edrStatus = reader.int64();
                                message._edrStatus = "edrStatus";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Endpoint;
            })();

            v1.InventorySnapshot = (function() {

                const InventorySnapshot = function (properties) {
                    this.endpoints = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                InventorySnapshot.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                InventorySnapshot.prototype.part = 0;
                InventorySnapshot.prototype.last = false;
                InventorySnapshot.prototype.endpoints = $util.emptyArray;

                InventorySnapshot.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                        writer.uint32(16).uint32(message.part);
                    if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                        writer.uint32(24).bool(message.last);
                    if (message.endpoints != null && message.endpoints.length)
                        for (let i = 0; i < message.endpoints.length; ++i)
                            $root.cordon.agent.v1.Endpoint.encode(message.endpoints[i], writer.uint32(34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                InventorySnapshot.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.InventorySnapshot();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.part = value;
                                else
                                    delete message.part;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.last = value;
                                else
                                    delete message.last;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.endpoints && message.endpoints.length))
                                    message.endpoints = [];
                                message.endpoints.push($root.cordon.agent.v1.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return InventorySnapshot;
            })();

            v1.InventoryDelta = (function() {

                const InventoryDelta = function (properties) {
                    this.upserted = [];
                    this.removed = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                InventoryDelta.prototype.fromVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                InventoryDelta.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                InventoryDelta.prototype.upserted = $util.emptyArray;
                InventoryDelta.prototype.removed = $util.emptyArray;

                InventoryDelta.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.fromVersion != null && $Object.hasOwnProperty.call(message, "fromVersion") && (typeof message.fromVersion === "object" ? message.fromVersion.low || message.fromVersion.high : message.fromVersion !== 0))
                        writer.uint32(8).uint64(message.fromVersion);
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(16).uint64(message.version);
                    if (message.upserted != null && message.upserted.length)
                        for (let i = 0; i < message.upserted.length; ++i)
                            $root.cordon.agent.v1.Endpoint.encode(message.upserted[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.removed != null && message.removed.length)
                        for (let i = 0; i < message.removed.length; ++i)
                            writer.uint32(34).string(message.removed[i]);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                InventoryDelta.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.InventoryDelta();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.fromVersion = value;
                                else
                                    delete message.fromVersion;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.upserted && message.upserted.length))
                                    message.upserted = [];
                                message.upserted.push($root.cordon.agent.v1.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.removed && message.removed.length))
                                    message.removed = [];
                                message.removed.push(reader.stringVerify());
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return InventoryDelta;
            })();

            v1.InventoryAck = (function() {

                const InventoryAck = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                InventoryAck.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                InventoryAck.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                InventoryAck.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.InventoryAck();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return InventoryAck;
            })();

            v1.Release = (function() {

                const Release = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Release.prototype.actionId = "";
                Release.prototype.reason = "";

                Release.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                        writer.uint32(18).string(message.reason);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Release.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Release();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.reason = value;
                                else
                                    delete message.reason;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Release;
            })();

            v1.ReleaseResult = (function() {

                const ReleaseResult = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ReleaseResult.prototype.actionId = "";
                ReleaseResult.prototype.outcome = 0;
                ReleaseResult.prototype.endpointEndsAtMs = null;
                ReleaseResult.prototype.steps = "";

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(ReleaseResult.prototype, "_endpointEndsAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["endpointEndsAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                ReleaseResult.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.outcome != null && $Object.hasOwnProperty.call(message, "outcome") && message.outcome !== 0)
                        writer.uint32(16).int32(message.outcome);
                    if (message.endpointEndsAtMs != null && $Object.hasOwnProperty.call(message, "endpointEndsAtMs"))
                        writer.uint32(24).int64(message.endpointEndsAtMs);
                    if (message.steps != null && $Object.hasOwnProperty.call(message, "steps") && message.steps !== "")
                        writer.uint32(34).string(message.steps);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ReleaseResult.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.ReleaseResult();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.outcome = value;
                                else
                                    delete message.outcome;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.endpointEndsAtMs = reader.int64();
                                message._endpointEndsAtMs = "endpointEndsAtMs";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.steps = value;
                                else
                                    delete message.steps;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return ReleaseResult;
            })();

            v1.ReleaseOutcome = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "RELEASE_OUTCOME_UNSPECIFIED"] = 0;
                values[valuesById[1] = "RELEASE_OUTCOME_RELEASED"] = 1;
                values[valuesById[2] = "RELEASE_OUTCOME_ALREADY_OVER"] = 2;
                values[valuesById[3] = "RELEASE_OUTCOME_NOT_FOUND"] = 3;
                return values;
            })();

            v1.LeaseReport = (function() {

                const LeaseReport = function (properties) {
                    this.leases = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                LeaseReport.prototype.leases = $util.emptyArray;

                LeaseReport.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.leases != null && message.leases.length)
                        for (let i = 0; i < message.leases.length; ++i)
                            $root.cordon.agent.v1.Lease.encode(message.leases[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                LeaseReport.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.LeaseReport();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.leases && message.leases.length))
                                    message.leases = [];
                                message.leases.push($root.cordon.agent.v1.Lease.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return LeaseReport;
            })();

            v1.Lease = (function() {

                const Lease = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Lease.prototype.actionId = "";
                Lease.prototype.endpointId = "";
                Lease.prototype.state = 0;
                Lease.prototype.wantedUntilMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Lease.prototype.agentEndsAtMs = null;
                Lease.prototype.endpointEndsAtMs = null;
                Lease.prototype.renewals = 0;
                Lease.prototype.renewalsMax = 0;
                Lease.prototype.nextRenewalAtMs = null;
                Lease.prototype.heard = 0;
                Lease.prototype.problem = null;
                Lease.prototype.released = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Lease.prototype, "_agentEndsAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["agentEndsAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Lease.prototype, "_endpointEndsAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["endpointEndsAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Lease.prototype, "_nextRenewalAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["nextRenewalAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Lease.prototype, "_problem", {
                    get: $util.oneOfGetter($oneOfFields = ["problem"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Lease.prototype, "_released", {
                    get: $util.oneOfGetter($oneOfFields = ["released"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Lease.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.actionId != null && $Object.hasOwnProperty.call(message, "actionId") && message.actionId !== "")
                        writer.uint32(10).string(message.actionId);
                    if (message.endpointId != null && $Object.hasOwnProperty.call(message, "endpointId") && message.endpointId !== "")
                        writer.uint32(18).string(message.endpointId);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                        writer.uint32(24).int32(message.state);
                    if (message.wantedUntilMs != null && $Object.hasOwnProperty.call(message, "wantedUntilMs") && (typeof message.wantedUntilMs === "object" ? message.wantedUntilMs.low || message.wantedUntilMs.high : message.wantedUntilMs !== 0))
                        writer.uint32(32).int64(message.wantedUntilMs);
                    if (message.agentEndsAtMs != null && $Object.hasOwnProperty.call(message, "agentEndsAtMs"))
                        writer.uint32(40).int64(message.agentEndsAtMs);
                    if (message.endpointEndsAtMs != null && $Object.hasOwnProperty.call(message, "endpointEndsAtMs"))
                        writer.uint32(48).int64(message.endpointEndsAtMs);
                    if (message.renewals != null && $Object.hasOwnProperty.call(message, "renewals") && message.renewals !== 0)
                        writer.uint32(56).uint32(message.renewals);
                    if (message.renewalsMax != null && $Object.hasOwnProperty.call(message, "renewalsMax") && message.renewalsMax !== 0)
                        writer.uint32(64).uint32(message.renewalsMax);
                    if (message.nextRenewalAtMs != null && $Object.hasOwnProperty.call(message, "nextRenewalAtMs"))
                        writer.uint32(72).int64(message.nextRenewalAtMs);
                    if (message.heard != null && $Object.hasOwnProperty.call(message, "heard") && message.heard !== 0)
                        writer.uint32(80).int32(message.heard);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        writer.uint32(90).string(message.problem);
                    if (message.released != null && $Object.hasOwnProperty.call(message, "released"))
                        $root.cordon.agent.v1.LeaseRelease.encode(message.released, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Lease.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Lease();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.actionId = value;
                                else
                                    delete message.actionId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.endpointId = value;
                                else
                                    delete message.endpointId;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.wantedUntilMs = value;
                                else
                                    delete message.wantedUntilMs;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.agentEndsAtMs = reader.int64();
                                message._agentEndsAtMs = "agentEndsAtMs";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.endpointEndsAtMs = reader.int64();
                                message._endpointEndsAtMs = "endpointEndsAtMs";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.renewals = value;
                                else
                                    delete message.renewals;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.renewalsMax = value;
                                else
                                    delete message.renewalsMax;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                message.nextRenewalAtMs = reader.int64();
                                message._nextRenewalAtMs = "nextRenewalAtMs";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.heard = value;
                                else
                                    delete message.heard;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.problem = reader.stringVerify();
                                message._problem = "problem";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.released = $root.cordon.agent.v1.LeaseRelease.decode(reader, reader.size(), $undefined, _depth + 1, message.released);
                                message._released = "released";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Lease;
            })();

            v1.LeaseRelease = (function() {

                const LeaseRelease = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                LeaseRelease.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                LeaseRelease.prototype.by = null;
                LeaseRelease.prototype.reason = "";

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(LeaseRelease.prototype, "_by", {
                    get: $util.oneOfGetter($oneOfFields = ["by"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                LeaseRelease.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(8).int64(message.atMs);
                    if (message.by != null && $Object.hasOwnProperty.call(message, "by"))
                        writer.uint32(18).string(message.by);
                    if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                        writer.uint32(26).string(message.reason);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                LeaseRelease.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.LeaseRelease();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.by = reader.stringVerify();
                                message._by = "by";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.reason = value;
                                else
                                    delete message.reason;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return LeaseRelease;
            })();

            v1.LeaseState = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "LEASE_STATE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "LEASE_STATE_PENDING"] = 1;
                values[valuesById[2] = "LEASE_STATE_HOLDING"] = 2;
                values[valuesById[3] = "LEASE_STATE_RENEWING"] = 3;
                values[valuesById[4] = "LEASE_STATE_ENDING"] = 4;
                values[valuesById[5] = "LEASE_STATE_OVER"] = 5;
                values[valuesById[6] = "LEASE_STATE_LOST"] = 6;
                return values;
            })();

            v1.Heard = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "HEARD_UNSPECIFIED"] = 0;
                values[valuesById[1] = "HEARD_UNKNOWN"] = 1;
                values[valuesById[2] = "HEARD_YES"] = 2;
                values[valuesById[3] = "HEARD_NO"] = 3;
                return values;
            })();

            v1.SignedOrder = (function() {

                const SignedOrder = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SignedOrder.prototype.keyId = "";
                SignedOrder.prototype.payload = $util.newBuffer([]);
                SignedOrder.prototype.signature = $util.newBuffer([]);

                SignedOrder.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId") && message.keyId !== "")
                        writer.uint32(10).string(message.keyId);
                    if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                        writer.uint32(18).bytes(message.payload);
                    if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                        writer.uint32(26).bytes(message.signature);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SignedOrder.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.SignedOrder();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.keyId = value;
                                else
                                    delete message.keyId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.payload = value;
                                else
                                    delete message.payload;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.signature = value;
                                else
                                    delete message.signature;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return SignedOrder;
            })();

            v1.Order = (function() {

                const Order = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Order.prototype.tenantId = "";
                Order.prototype.siteId = "";
                Order.prototype.agentId = "";
                Order.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Order.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Order.prototype.issuedAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Order.prototype.notAfterMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                Order.prototype.offer = null;
                Order.prototype.cancel = null;
                Order.prototype.release = null;
                Order.prototype.evidenceRequest = null;
                Order.prototype.orderKeys = null;

                let $oneOfFields;

                $Object.defineProperty(Order.prototype, "what", {
                    get: $util.oneOfGetter($oneOfFields = ["offer", "cancel", "release", "evidenceRequest", "orderKeys"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Order.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.tenantId != null && $Object.hasOwnProperty.call(message, "tenantId") && message.tenantId !== "")
                        writer.uint32(10).string(message.tenantId);
                    if (message.siteId != null && $Object.hasOwnProperty.call(message, "siteId") && message.siteId !== "")
                        writer.uint32(18).string(message.siteId);
                    if (message.agentId != null && $Object.hasOwnProperty.call(message, "agentId") && message.agentId !== "")
                        writer.uint32(26).string(message.agentId);
                    if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                        writer.uint32(32).uint64(message.epoch);
                    if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                        writer.uint32(40).uint64(message.sequence);
                    if (message.issuedAtMs != null && $Object.hasOwnProperty.call(message, "issuedAtMs") && (typeof message.issuedAtMs === "object" ? message.issuedAtMs.low || message.issuedAtMs.high : message.issuedAtMs !== 0))
                        writer.uint32(48).int64(message.issuedAtMs);
                    if (message.notAfterMs != null && $Object.hasOwnProperty.call(message, "notAfterMs") && (typeof message.notAfterMs === "object" ? message.notAfterMs.low || message.notAfterMs.high : message.notAfterMs !== 0))
                        writer.uint32(56).int64(message.notAfterMs);
                    if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                        $root.cordon.agent.v1.Offer.encode(message.offer, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                        $root.cordon.agent.v1.Cancel.encode(message.cancel, writer.uint32(74).fork(), _depth + 1).ldelim();
                    if (message.release != null && $Object.hasOwnProperty.call(message, "release"))
                        $root.cordon.agent.v1.Release.encode(message.release, writer.uint32(82).fork(), _depth + 1).ldelim();
                    if (message.evidenceRequest != null && $Object.hasOwnProperty.call(message, "evidenceRequest"))
                        $root.cordon.agent.v1.EvidenceRequest.encode(message.evidenceRequest, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.orderKeys != null && $Object.hasOwnProperty.call(message, "orderKeys"))
                        $root.cordon.agent.v1.OrderKeys.encode(message.orderKeys, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Order.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.Order();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.tenantId = value;
                                else
                                    delete message.tenantId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.siteId = value;
                                else
                                    delete message.siteId;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.agentId = value;
                                else
                                    delete message.agentId;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.epoch = value;
                                else
                                    delete message.epoch;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.sequence = value;
                                else
                                    delete message.sequence;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.issuedAtMs = value;
                                else
                                    delete message.issuedAtMs;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.notAfterMs = value;
                                else
                                    delete message.notAfterMs;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.offer = $root.cordon.agent.v1.Offer.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                                message.what = "offer";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.cancel = $root.cordon.agent.v1.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                                message.what = "cancel";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                message.release = $root.cordon.agent.v1.Release.decode(reader, reader.size(), $undefined, _depth + 1, message.release);
                                message.what = "release";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.evidenceRequest = $root.cordon.agent.v1.EvidenceRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.evidenceRequest);
                                message.what = "evidenceRequest";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.orderKeys = $root.cordon.agent.v1.OrderKeys.decode(reader, reader.size(), $undefined, _depth + 1, message.orderKeys);
                                message.what = "orderKeys";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Order;
            })();

            v1.OrderKeys = (function() {

                const OrderKeys = function (properties) {
                    this.keys = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OrderKeys.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                OrderKeys.prototype.keys = $util.emptyArray;

                OrderKeys.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.keys != null && message.keys.length)
                        for (let i = 0; i < message.keys.length; ++i)
                            $root.cordon.agent.v1.OrderKey.encode(message.keys[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OrderKeys.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.OrderKeys();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.keys && message.keys.length))
                                    message.keys = [];
                                message.keys.push($root.cordon.agent.v1.OrderKey.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return OrderKeys;
            })();

            v1.OrderKeysHeld = (function() {

                const OrderKeysHeld = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OrderKeysHeld.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                OrderKeysHeld.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OrderKeysHeld.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.OrderKeysHeld();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return OrderKeysHeld;
            })();

            v1.OrderRefused = (function() {

                const OrderRefused = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OrderRefused.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                OrderRefused.prototype.problem = null;

                OrderRefused.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                        writer.uint32(8).uint64(message.sequence);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OrderRefused.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.OrderRefused();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.sequence = value;
                                else
                                    delete message.sequence;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return OrderRefused;
            })();

            v1.PolicyPush = (function() {

                const PolicyPush = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                PolicyPush.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                PolicyPush.prototype.json = "";

                PolicyPush.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.json != null && $Object.hasOwnProperty.call(message, "json") && message.json !== "")
                        writer.uint32(18).string(message.json);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                PolicyPush.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.PolicyPush();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.json = value;
                                else
                                    delete message.json;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return PolicyPush;
            })();

            v1.PolicyApplied = (function() {

                const PolicyApplied = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                PolicyApplied.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                PolicyApplied.prototype.problem = null;

                PolicyApplied.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                        writer.uint32(8).uint64(message.version);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                PolicyApplied.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.PolicyApplied();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return PolicyApplied;
            })();

            v1.SiteReport = (function() {

                const SiteReport = function (properties) {
                    this.missingRights = [];
                    this.refusals = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SiteReport.prototype.measuredAtMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
                SiteReport.prototype.kscVersion = null;
                SiteReport.prototype.missingRights = $util.emptyArray;
                SiteReport.prototype.killSwitch = false;
                SiteReport.prototype.policySha256 = null;
                SiteReport.prototype.policyProblem = null;
                SiteReport.prototype.refusals = $util.emptyArray;
                SiteReport.prototype.kscClockSkewMs = null;
                SiteReport.prototype.driftEndpoints = 0;
                SiteReport.prototype.driftTasks = 0;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SiteReport.prototype, "_kscVersion", {
                    get: $util.oneOfGetter($oneOfFields = ["kscVersion"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SiteReport.prototype, "_policySha256", {
                    get: $util.oneOfGetter($oneOfFields = ["policySha256"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SiteReport.prototype, "_policyProblem", {
                    get: $util.oneOfGetter($oneOfFields = ["policyProblem"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SiteReport.prototype, "_kscClockSkewMs", {
                    get: $util.oneOfGetter($oneOfFields = ["kscClockSkewMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                SiteReport.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.measuredAtMs != null && $Object.hasOwnProperty.call(message, "measuredAtMs") && (typeof message.measuredAtMs === "object" ? message.measuredAtMs.low || message.measuredAtMs.high : message.measuredAtMs !== 0))
                        writer.uint32(8).int64(message.measuredAtMs);
                    if (message.kscVersion != null && $Object.hasOwnProperty.call(message, "kscVersion"))
                        writer.uint32(18).string(message.kscVersion);
                    if (message.missingRights != null && message.missingRights.length)
                        for (let i = 0; i < message.missingRights.length; ++i)
                            writer.uint32(26).string(message.missingRights[i]);
                    if (message.killSwitch != null && $Object.hasOwnProperty.call(message, "killSwitch") && message.killSwitch !== false)
                        writer.uint32(32).bool(message.killSwitch);
                    if (message.policySha256 != null && $Object.hasOwnProperty.call(message, "policySha256"))
                        writer.uint32(42).string(message.policySha256);
                    if (message.policyProblem != null && $Object.hasOwnProperty.call(message, "policyProblem"))
                        writer.uint32(50).string(message.policyProblem);
                    if (message.refusals != null && message.refusals.length)
                        for (let i = 0; i < message.refusals.length; ++i)
                            $root.cordon.agent.v1.SiteRefusal.encode(message.refusals[i], writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.kscClockSkewMs != null && $Object.hasOwnProperty.call(message, "kscClockSkewMs"))
                        writer.uint32(64).int64(message.kscClockSkewMs);
                    if (message.driftEndpoints != null && $Object.hasOwnProperty.call(message, "driftEndpoints") && message.driftEndpoints !== 0)
                        writer.uint32(72).uint32(message.driftEndpoints);
                    if (message.driftTasks != null && $Object.hasOwnProperty.call(message, "driftTasks") && message.driftTasks !== 0)
                        writer.uint32(80).uint32(message.driftTasks);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SiteReport.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.SiteReport();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                    message.measuredAtMs = value;
                                else
                                    delete message.measuredAtMs;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.kscVersion = reader.stringVerify();
                                message._kscVersion = "kscVersion";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.missingRights && message.missingRights.length))
                                    message.missingRights = [];
                                message.missingRights.push(reader.stringVerify());
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.killSwitch = value;
                                else
                                    delete message.killSwitch;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.policySha256 = reader.stringVerify();
                                message._policySha256 = "policySha256";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.policyProblem = reader.stringVerify();
                                message._policyProblem = "policyProblem";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.refusals && message.refusals.length))
                                    message.refusals = [];
                                message.refusals.push($root.cordon.agent.v1.SiteRefusal.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.kscClockSkewMs = reader.int64();
                                message._kscClockSkewMs = "kscClockSkewMs";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.driftEndpoints = value;
                                else
                                    delete message.driftEndpoints;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.driftTasks = value;
                                else
                                    delete message.driftTasks;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return SiteReport;
            })();

            v1.SiteRefusal = (function() {

                const SiteRefusal = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SiteRefusal.prototype.action = null;
                SiteRefusal.prototype.code = "";
                SiteRefusal.prototype.reason = "";

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SiteRefusal.prototype, "_action", {
                    get: $util.oneOfGetter($oneOfFields = ["action"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                SiteRefusal.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                        writer.uint32(10).string(message.action);
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(18).string(message.code);
                    if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                        writer.uint32(26).string(message.reason);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SiteRefusal.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.SiteRefusal();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.action = reader.stringVerify();
                                message._action = "action";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.reason = value;
                                else
                                    delete message.reason;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return SiteRefusal;
            })();

            v1.ResolveRequest = (function() {

                const ResolveRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ResolveRequest.prototype.requestId = "";
                ResolveRequest.prototype.by = 0;
                ResolveRequest.prototype.value = "";

                ResolveRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
                        writer.uint32(10).string(message.requestId);
                    if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== 0)
                        writer.uint32(16).int32(message.by);
                    if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                        writer.uint32(26).string(message.value);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ResolveRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.ResolveRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.requestId = value;
                                else
                                    delete message.requestId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.by = value;
                                else
                                    delete message.by;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.value = value;
                                else
                                    delete message.value;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return ResolveRequest;
            })();

            v1.ResolveBy = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "RESOLVE_BY_UNSPECIFIED"] = 0;
                values[valuesById[1] = "RESOLVE_BY_HOST_ID"] = 1;
                values[valuesById[2] = "RESOLVE_BY_FQDN"] = 2;
                values[valuesById[3] = "RESOLVE_BY_NAME"] = 3;
                values[valuesById[4] = "RESOLVE_BY_ADDRESS"] = 4;
                return values;
            })();

            v1.ResolveAnswer = (function() {

                const ResolveAnswer = function (properties) {
                    this.endpoints = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ResolveAnswer.prototype.requestId = "";
                ResolveAnswer.prototype.endpoints = $util.emptyArray;
                ResolveAnswer.prototype.problem = null;

                ResolveAnswer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
                        writer.uint32(10).string(message.requestId);
                    if (message.endpoints != null && message.endpoints.length)
                        for (let i = 0; i < message.endpoints.length; ++i)
                            $root.cordon.agent.v1.Endpoint.encode(message.endpoints[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ResolveAnswer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.ResolveAnswer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.requestId = value;
                                else
                                    delete message.requestId;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.endpoints && message.endpoints.length))
                                    message.endpoints = [];
                                message.endpoints.push($root.cordon.agent.v1.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return ResolveAnswer;
            })();

            v1.UpdateOffer = (function() {

                const UpdateOffer = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                UpdateOffer.prototype.version = "";
                UpdateOffer.prototype.target = "";
                UpdateOffer.prototype.path = "";
                UpdateOffer.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                UpdateOffer.prototype.sha256 = "";
                UpdateOffer.prototype.signature = "";
                UpdateOffer.prototype.keyId = "";

                UpdateOffer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                        writer.uint32(10).string(message.version);
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target !== "")
                        writer.uint32(18).string(message.target);
                    if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                        writer.uint32(26).string(message.path);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                        writer.uint32(32).uint64(message.bytes);
                    if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256 !== "")
                        writer.uint32(42).string(message.sha256);
                    if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature !== "")
                        writer.uint32(50).string(message.signature);
                    if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId") && message.keyId !== "")
                        writer.uint32(58).string(message.keyId);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                UpdateOffer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.UpdateOffer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.target = value;
                                else
                                    delete message.target;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.path = value;
                                else
                                    delete message.path;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.sha256 = value;
                                else
                                    delete message.sha256;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.signature = value;
                                else
                                    delete message.signature;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.keyId = value;
                                else
                                    delete message.keyId;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return UpdateOffer;
            })();

            v1.UpdateReport = (function() {

                const UpdateReport = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                UpdateReport.prototype.version = "";
                UpdateReport.prototype.state = 0;
                UpdateReport.prototype.problem = null;
                UpdateReport.prototype.target = "";
                UpdateReport.prototype.ring = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(UpdateReport.prototype, "_ring", {
                    get: $util.oneOfGetter($oneOfFields = ["ring"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                UpdateReport.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                        writer.uint32(10).string(message.version);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                        writer.uint32(16).int32(message.state);
                    if (message.problem != null && $Object.hasOwnProperty.call(message, "problem"))
                        $root.cordon.agent.v1.Problem.encode(message.problem, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target !== "")
                        writer.uint32(34).string(message.target);
                    if (message.ring != null && $Object.hasOwnProperty.call(message, "ring"))
                        writer.uint32(40).uint32(message.ring);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                UpdateReport.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.cordon.agent.v1.UpdateReport();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.problem = $root.cordon.agent.v1.Problem.decode(reader, reader.size(), $undefined, _depth + 1, message.problem);
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.target = value;
                                else
                                    delete message.target;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.ring = reader.uint32();
                                message._ring = "ring";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return UpdateReport;
            })();

            v1.UpdateState = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "UPDATE_STATE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "UPDATE_STATE_OFF"] = 1;
                values[valuesById[2] = "UPDATE_STATE_WAITING"] = 2;
                values[valuesById[3] = "UPDATE_STATE_DOWNLOADING"] = 3;
                values[valuesById[4] = "UPDATE_STATE_RESTARTING"] = 4;
                values[valuesById[5] = "UPDATE_STATE_RUNNING"] = 5;
                values[valuesById[6] = "UPDATE_STATE_RETURNED"] = 6;
                values[valuesById[7] = "UPDATE_STATE_REFUSED"] = 7;
                return values;
            })();

            return v1;
        })();

        return agent;
    })();

    return cordon;
})();

export {
  $root as default
};
