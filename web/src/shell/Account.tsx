import { useSession } from "../session/useSession";
import { useViewer } from "../session/useViewer";

export function Account() {
  const { signOut, actIn } = useSession();
  const { tenant, subject, role } = useViewer();
  return (
    <div className="account">
      <p className="account-tenant">{tenant.name}</p>
      <p className="account-who">{subject}, {role.toLowerCase()}</p>
      <p className="account-do">
        {role === "PLATFORM" && (
          <button type="button" className="quiet" onClick={() => { actIn(null); }}>Change tenant</button>
        )}
        <button type="button" className="quiet" onClick={() => { signOut(); }}>Sign out</button>
      </p>
    </div>
  );
}
