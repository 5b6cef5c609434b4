import { minus } from "./format";

const WEAKEST = -95;
const STRONGEST = -45;

/** A signal as a number and a bar; `weak` marks it, as the link's policy has judged. */
export function SignalMeter({ dbm, weak }: { dbm: number | null | undefined; weak: boolean }) {
  if (dbm == null) return <span className="meter meter-none">–</span>;
  const share = Math.min(1, Math.max(0.04, (dbm - WEAKEST) / (STRONGEST - WEAKEST)));
  return (
    <span className={weak ? "meter meter-weak" : "meter"}>
      <span className="meter-value">{minus(dbm)}</span>
      <svg className="meter-bar" viewBox="0 0 40 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="meter-track" width="40" height="6" rx="1.5" />
        <rect className="meter-fill" width={40 * share} height="6" rx="1.5" />
      </svg>
    </span>
  );
}
