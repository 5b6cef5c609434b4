import { useCallback, useMemo, useState, type ReactNode } from "react";
import { SignIn } from "./SignIn";
import { keepSession, startingSession, type Session } from "./session";
import { SessionContext } from "./useSession";

/** Shows the console to who is signed in, and the way in to everybody else. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session | null>(startingSession);
  const [notice, setNotice] = useState<string | null>(null);

  const change = useCallback((next: Session | null, why: string | null) => {
    keepSession(next);
    setSession(next);
    setNotice(why);
  }, []);
  const signIn = useCallback((token: string) => { change({ token, tenantId: null }, null); }, [change]);

  const value = useMemo(
    () =>
      session && {
        session,
        signOut: (why: string | null = null) => { change(null, why); },
        actIn: (tenantId: string | null) => { change({ ...session, tenantId }, null); },
      },
    [session, change],
  );

  if (!value) return <SignIn notice={notice} onSignIn={signIn} />;
  return <SessionContext value={value}>{children}</SessionContext>;
}
