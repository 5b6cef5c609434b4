import type { PolicyFragment } from "../gql/graphql";
import { duration, minus } from "../parts/format";
import { SOURCES, THRESHOLDS } from "./thresholds";

interface Props {
  value: PolicyFragment["values"][number];
  /** What the form has for this place; null leaves it to the wider place. */
  own: number | null;
  mayChange: boolean;
  onChange: (own: number | null) => void;
}

export function ThresholdRow({ value, own, mayChange, onChange }: Props) {
  const { name, unit, meaning } = THRESHOLDS[value.threshold];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">{written(value.value, unit)}</td>
      <td>{SOURCES[value.source]}</td>
      <td>
        <span className="quantity">
          <input
            type="number"
            aria-label={`${name}, ${unit}, set here`}
            placeholder={value.inherited?.toString() ?? "auto"}
            min={value.minimum}
            max={value.maximum}
            disabled={!mayChange}
            value={own ?? ""}
            onChange={(event) => { onChange(event.target.value === "" ? null : event.target.valueAsNumber); }}
          />
          <span className="soft">{unit}</span>
        </span>
      </td>
      <td className="soft">{meaning}</td>
    </tr>
  );
}

/** No number stands for three times the interval at which an AP is polled. */
function written(value: number | null | undefined, unit: string): string {
  if (value == null) return "3 × interval";
  return unit === "s" ? duration(value) : `${minus(value)} ${unit}`;
}
