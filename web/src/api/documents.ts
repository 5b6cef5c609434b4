import { print, type DocumentNode } from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { makeOperation, mapExchange, type CombinedError } from "urql";
import { codeOf } from "./problem";

/**
 * The hash under which the server knows a document of the console: it was built with them. A page
 * that is being worked on is newer than any server, and sends the text.
 */
function hashOf(document: DocumentNode): string | null {
  const { __meta__: meta } = document as { __meta__?: { hash?: string } };
  return import.meta.env.DEV ? null : (meta?.hash ?? null);
}

/** Queries and mutations by hash instead of text. */
export const namingDocuments = mapExchange({
  onOperation: (operation) => {
    const documentId = hashOf(operation.query);
    if (!documentId) return operation;
    const query = { kind: "Document", definitions: [], documentId } as unknown as typeof operation.query;
    return makeOperation(operation.kind, { ...operation, query }, operation.context);
  },
  onError: (error) => { renewIfUnknown(error); },
});

/** A subscription by hash instead of text. graphql-ws wants a text all the same: see `withoutText`. */
export function named(document: DocumentNode, variables?: SubscribePayload["variables"]): SubscribePayload {
  const documentId = hashOf(document);
  return { ...(documentId ? { documentId, query: "" } : { query: print(document) }), variables };
}

/** Leaves the empty text out of what is sent. */
export function withoutText(this: unknown, key: string, value: unknown): unknown {
  return key === "query" && value === "" ? undefined : value;
}

const RENEWED = "wisplink.renewed";
const ONCE_IN_MS = 60_000;

/** A server that does not know what the page asks is of another version: the page becomes the server's. */
function renewIfUnknown(error: CombinedError): void {
  if (codeOf(error) === "NOT_FOUND") renewIfSaid(error.graphQLErrors[0]?.message ?? "");
}

export function renewIfSaid(message: string): void {
  if (!message.includes("trusted document")) return;
  if (Date.now() - Number(sessionStorage.getItem(RENEWED)) < ONCE_IN_MS) return;
  sessionStorage.setItem(RENEWED, Date.now().toString());
  location.reload();
}
