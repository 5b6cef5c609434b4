import { createContext, useContext } from "react";
import type { Role } from "../gql/graphql";

interface Viewer {
  subject: string;
  role: Role;
  tenant: { id: string; name: string };
}

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("no viewer above");
  return viewer;
}

/** Each role may do what those before it may. */
const LADDER: Role[] = ["VIEWER", "OPERATOR", "ADMIN", "PLATFORM"];

/** Whether the viewer has at least this role. The API decides; this only spares useless buttons. */
export function useMay(role: Role): boolean {
  return LADDER.indexOf(useViewer().role) >= LADDER.indexOf(role);
}
