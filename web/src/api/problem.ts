import type { CombinedError } from "urql";

/** The API's code for what went wrong, as the schema's guide lists them. */
export function codeOf(error: CombinedError): string | null {
  const code: unknown = error.graphQLErrors[0]?.extensions["code"];
  return typeof code === "string" ? code : null;
}

/** What went wrong, for people, with the request's id where there is one. */
export function tell(error: CombinedError): string {
  const first = error.graphQLErrors[0];
  if (!first) return "The server does not answer.";
  const id: unknown = first.extensions["requestId"];
  return codeOf(error) === "INTERNAL" && typeof id === "string"
    ? `${first.message} (request ${id})`
    : first.message;
}
