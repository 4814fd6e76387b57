// Requests to the server: JSON both ways, revisions in headers, problem+json turned into one error.
import type { Finding } from "../model/findings";

export const BASE = "/api/v1";
/** What this tab calls itself, so that others can tell whose edits are whose. */
const CLIENT = newKey();

/** What the server says when it refuses (RFC 9457), with our code and findings. */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly code?: string;
  readonly findings?: readonly Finding[];
  readonly [member: string]: unknown;
}

/** The server refused a request, or could not be reached (status 0). */
export class RequestRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code ?? "";
  }
}

export interface Answer<T> {
  readonly body: T;
  /** The revision in ETag, without its quotes; null when the resource has none. */
  readonly revision: string | null;
  /** The id at the end of Location, for what was created. */
  readonly created: string | null;
  readonly headers: Headers;
}

export interface RequestOptions {
  readonly body?: unknown;
  /** The revision this write is based on: sent as If-Match. */
  readonly revision?: string | null;
  /** Set on what creates: the same key twice creates once. */
  readonly idempotencyKey?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Let the request outlive the page. */
  readonly keepalive?: boolean;
}

/**
 * Send one request below /api/v1 and read its JSON answer.
 *
 * @throws RequestRefused
 */
export async function request<T>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<T>> {
  const response = await send(method, path, options);
  const text = await response.text();
  return {
    body: (text ? JSON.parse(text) : undefined) as T,
    revision: response.headers.get("ETag")?.replace(/^W\//, "").replaceAll('"', "") ?? null,
    created: response.headers.get("Location")?.split("/").at(-1) ?? null,
    headers: response.headers,
  };
}

/**
 * Fetch something to be saved as a file.
 *
 * @throws RequestRefused
 */
export async function download(path: string): Promise<{ blob: Blob; headers: Headers }> {
  const response = await send("GET", path, { accept: "*/*" });
  return { blob: await response.blob(), headers: response.headers };
}

/**
 * Send a file as multipart form data, as `/imports` wants it.
 *
 * @throws RequestRefused
 */
export async function upload<T>(path: string, file: File): Promise<T> {
  const form = new FormData();
  form.append("file", file);
  const response = await accepted(() => fetch(BASE + path, { method: "POST", body: form }));
  return (await response.json()) as T;
}

/** A key for a request that creates; works on plain http too, where randomUUID is absent. */
export function newKey(): string {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: options.accept ?? "application/json",
    "X-Client": CLIENT,
  };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.revision) headers["If-Match"] = options.revision === "*" ? "*" : `"${options.revision}"`;
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const init: RequestInit = { method, headers };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  return accepted(() => fetch(BASE + path, init));
}

async function accepted(start: () => Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await start();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestRefused({ title: "The server does not answer", status: 0, code: "unreachable" });
  }
  if (response.ok) return response;
  throw new RequestRefused(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const plain = { title: response.statusText || "The server refused", status: response.status };
  if (!response.headers.get("Content-Type")?.includes("json")) return plain;
  try {
    return { ...plain, ...((await response.json()) as object) };
  } catch {
    return plain;
  }
}
