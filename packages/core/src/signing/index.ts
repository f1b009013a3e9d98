export {
  type Addressee,
  judgeOrder,
  NO_ORDER,
  type OrderHead,
  type OrderMark,
  type OrderRefusal,
} from "./judge-order.ts";
export {
  ORDER_KEYS_MAX,
  type OrderKey,
  type OrderKeyList,
  orderKeyId,
  parseOrderKeys,
  type SignedBytes,
  verifyOrder,
  writeOrderKey,
} from "./order-keys.ts";
export { notAfterOf, ORDER_TERM_MS } from "./order-term.ts";
