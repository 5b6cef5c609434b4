/** Who is signed in, and for platform users in which tenant. Kept for this tab only. */
export interface Session {
  readonly token: string;
  readonly tenantId: string | null;
}

const KEY = "wisplink.session";

/** The session of this tab: from `#token=` in the address, which is then removed, or kept before. */
export function startingSession(): Session | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    history.replaceState(history.state, "", location.pathname + location.search);
    const session = { token, tenantId: null };
    keepSession(session);
    return session;
  }
  const kept = sessionStorage.getItem(KEY);
  return kept ? (JSON.parse(kept) as Session) : null;
}

export function keepSession(session: Session | null): void {
  if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
  else sessionStorage.removeItem(KEY);
}
