import { RANGES, type Range } from "./ranges";

export function RangePicker({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  return (
    <fieldset className="switch switch-wide">
      <legend className="unseen">Range</legend>
      {RANGES.map((each) => (
        <label key={each.name}>
          <input type="radio" name="range" checked={each.name === range.name} onChange={() => { onChange(each); }} />
          {each.name}
        </label>
      ))}
    </fieldset>
  );
}
