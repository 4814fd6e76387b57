// The short texts on a card, from the document: the endpoint or subscriptions of a socket, a node's rate or time.

import { type NodeDocument, type SocketDocument, type Subscription, schemeOf } from "../model/topology";
import { quantity } from "../model/units";

const ALLOTTED = "auto";

/** "tcp :5557", "ipc orders.ipc", "inproc", "tcp :auto" for an address that is allotted when it runs. */
export function shortAddress(address: string): string {
  const scheme = schemeOf(address);
  const rest = address.slice(scheme.length + 3);
  if (scheme === "inproc") return rest ? `inproc ${rest}` : "inproc";
  if (scheme === "ipc") return rest && rest !== "*" ? `ipc ${rest.slice(rest.lastIndexOf("/") + 1)}` : "ipc";
  if (scheme !== "tcp" && scheme !== "ws") return rest ? `${scheme} ${rest}` : scheme;
  const port = rest.slice(rest.lastIndexOf(":") + 1);
  return `${scheme} :${!rest || port === "*" ? ALLOTTED : port}`;
}

export function subscriptionText(subscription: Subscription): string {
  if (typeof subscription !== "string") return `0x${subscription.hex}`;
  return subscription === "" ? '"" (all)' : `"${subscription}"`;
}

/** A long type leaves room for nine characters: an address gives up its blank before its last digit. */
export function fitted(type: string, text: string): string {
  return type.length >= 6 && text.length > 9 ? text.replace(/^(tcp|ws) :/, "$1:") : text;
}

/** What a socket's row says beside its type. */
export function socketText(role: string, socket: SocketDocument, binds: boolean): string {
  if (socket.type === "SUB") {
    const all = socket.subscriptions ?? [];
    if (all.length === 0) return "nothing";
    const first = all[0];
    return first === undefined
      ? ""
      : all.length > 1
        ? `${subscriptionText(first)} +${all.length - 1}`
        : subscriptionText(first);
  }
  const addresses = Object.values(socket.endpoints ?? {});
  if (addresses.length === 0) return binds ? shortAddress("tcp") : role;
  const first = shortAddress(addresses[0] ?? "tcp");
  return fitted(socket.type, addresses.length > 1 ? `${first} +${addresses.length - 1}` : first);
}

/** The one parameter that says most about a behaviour, with its unit: "30/s", "20 ms", "every 1 s". */
export function parameterText(node: NodeDocument): string {
  const parameters = node.with ?? {};
  switch (node.behaviour) {
    case "generator": {
      const rate = parameters.rate_per_s;
      return rate === null ? "at full speed" : `${brief(rate ?? 10, "/s")}`;
    }
    case "sink":
    case "worker":
    case "echo":
      return parameters.service_ms ? brief(parameters.service_ms, "ms") : "";
    case "client":
      return parameters.think_ms ? brief(parameters.think_ms, "ms") : "";
    default:
      return "";
  }
}

/** A drawn quantity has no room on a card: its mean stands for it, with a sign that it varies. */
function brief(value: unknown, unit: string): string {
  if (value && typeof value === "object") {
    const { mean, low, high } = value as { mean?: number; low?: number; high?: number };
    const middle = mean ?? (low !== undefined && high !== undefined ? (low + high) / 2 : undefined);
    return middle === undefined ? `~ ${unit}` : `~${quantity(middle, unit)}`;
  }
  return quantity(value, unit);
}
