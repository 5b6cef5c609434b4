import { ApiProvider } from "./api/ApiProvider";
import { LiveProvider } from "./live/LiveProvider";
import { SessionProvider } from "./session/SessionProvider";
import { useSession } from "./session/useSession";
import { ViewerGate } from "./session/ViewerGate";
import { Shell } from "./shell/Shell";
import { Views } from "./Views";

/** Who → where → live → what is shown. */
export function App() {
  return (
    <SessionProvider>
      <SignedIn />
    </SessionProvider>
  );
}

function SignedIn() {
  const { session } = useSession();
  // Another tenant or another token: nothing of the one before may stay.
  return (
    <ApiProvider key={`${session.token} ${session.tenantId ?? ""}`}>
      <ViewerGate>
        <LiveProvider>
          <Shell>
            <Views />
          </Shell>
        </LiveProvider>
      </ViewerGate>
    </ApiProvider>
  );
}
