import type { ReactNode } from "react";
import type { LinkState } from "../gql/graphql";
import { STATE_MEANINGS, STATE_NAMES } from "./states";

/** Each state has a shape of its own, so that colour is never alone. */
const SHAPES: Record<LinkState, ReactNode> = {
  ACTIVE: <circle cx="6" cy="6" r="4" />,
  DEGRADED: <path d="M6 1.6 11 10.4H1z" />,
  DOWN: <path d="m2 3.4 1.4-1.4L6 4.6 8.6 2 10 3.4 7.4 6 10 8.6 8.6 10 6 7.4 3.4 10 2 8.6 4.6 6z" />,
  DISCOVERED: <path d="M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 1.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z" />,
  STALE: <path d="M1.5 5h9v2h-9z" />,
};

export function StateIcon({ state }: { state: LinkState }) {
  return (
    <svg className={`state-icon state-${state}`} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

export function StateBadge({ state }: { state: LinkState }) {
  return (
    <span className={`badge state-${state}`} title={STATE_MEANINGS[state]}>
      <StateIcon state={state} />
      {STATE_NAMES[state]}
    </span>
  );
}
