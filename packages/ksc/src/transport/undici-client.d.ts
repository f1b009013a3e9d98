/** Undici's client alone: the whole package is five times as much to load. */
declare module "undici/lib/dispatcher/client.js" {
  import { Client } from "undici";
  export default Client;
}
