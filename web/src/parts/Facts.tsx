import type { ReactNode } from "react";

export interface Fact {
  name: string;
  value: ReactNode;
  /** What the name is short for. */
  meaning?: string;
}

/** Names and values, in a grid. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, value, meaning }) => (
        <div key={name} className="fact">
          <dt title={meaning}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
