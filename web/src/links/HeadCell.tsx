interface Props {
  title: string;
  meaning: string;
  numeric: boolean;
  sorted: "none" | "ascending" | "descending";
  onClick: () => void;
}

export function HeadCell({ title, meaning, numeric, sorted, onClick }: Props) {
  return (
    <div role="columnheader" aria-sort={sorted} className={numeric ? "cell cell-number" : "cell"}>
      <button type="button" className="head-button" title={meaning} onClick={onClick}>
        {title}
        <span className="head-arrow" aria-hidden="true">
          {sorted === "none" ? "" : sorted === "ascending" ? "▲" : "▼"}
        </span>
      </button>
    </div>
  );
}
