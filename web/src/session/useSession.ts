import { createContext, useContext } from "react";
import type { Session } from "./session";

interface SessionValue {
  session: Session;
  /** Ends the session; `why` is shown where one signs in again. */
  signOut: (why?: string | null) => void;
  /** For the platform role: acts in this tenant from now on. */
  actIn: (tenantId: string | null) => void;
}

export const SessionContext = createContext<SessionValue | null>(null);

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error("no session above");
  return value;
}
