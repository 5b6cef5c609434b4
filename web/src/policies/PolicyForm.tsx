import { useState, type SubmitEvent } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import type { LinkPolicyThreshold, PolicyFragment } from "../gql/graphql";
import type { LinkRow } from "../live/LinkStore";
import { Card } from "../parts/Card";
import { Problem } from "../parts/Problem";
import { useMay } from "../session/useViewer";
import { Preview } from "./Preview";
import { ThresholdRow } from "./ThresholdRow";
import { THRESHOLDS, type Place } from "./thresholds";

const SET = graphql(`
  mutation SetPolicy($input: SetLinkPolicyInput!) { setLinkPolicy(input: $input) { updatedAt } }
`);

interface Props {
  place: Place;
  policy: PolicyFragment;
  /** The links it concerns. */
  links: readonly LinkRow[];
  onChanged: () => void;
}

/** What is set at one place; an empty field leaves the value to the wider place. */
export function PolicyForm({ place, policy, links, onChanged }: Props) {
  const [own, setOwn] = useState(() => new Map(policy.values.map(({ threshold, own: value }) => [threshold, value ?? null])));
  const [{ fetching, error }, set] = useMutation(SET);
  const mayChange = useMay("OPERATOR");
  const changed = policy.values.filter(({ threshold, own: before }) => own.get(threshold) !== (before ?? null));

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const values = changed.map(({ threshold }) => [THRESHOLDS[threshold].field, own.get(threshold)] as const);
    const done = await set({ input: { ...place, ...Object.fromEntries(values) } });
    if (done.data) onChanged();
  }

  const change = (threshold: LinkPolicyThreshold, value: number | null) => {
    setOwn((before) => new Map(before).set(threshold, value));
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Card title="Thresholds">
        {error && <Problem error={error} />}
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Threshold</th>
                <th scope="col" className="number">In effect</th>
                <th scope="col">Set by</th>
                <th scope="col">Set here</th>
                <th scope="col">Meaning</th>
              </tr>
            </thead>
            <tbody>
              {policy.values.map((value) => (
                <ThresholdRow
                  key={value.threshold}
                  value={value}
                  own={own.get(value.threshold) ?? null}
                  mayChange={mayChange}
                  onChange={(next) => { change(value.threshold, next); }}
                />
              ))}
            </tbody>
          </table>
        </div>
        <div className="card-foot">
          <Preview policy={policy} own={own} links={links} />
          {mayChange && <button type="submit" className="primary" disabled={fetching || changed.length === 0}>Save</button>}
        </div>
      </Card>
    </form>
  );
}
