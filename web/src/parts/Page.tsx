import { useEffect, type ReactNode } from "react";
import { useViewer } from "../session/useViewer";

interface Props {
  title: string;
  /** What stands before the title: where this page belongs. */
  above?: ReactNode;
  /** What stands beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

/** A view: its heading, its name in the tab, its contents. */
export function Page({ title, above, beside, children }: Props) {
  const { tenant } = useViewer();
  useEffect(() => {
    document.title = `${title} · ${tenant.name}`;
  }, [title, tenant.name]);

  return (
    <>
      <header className="page-head">
        <div>
          {above && <p className="page-above">{above}</p>}
          <h1>{title}</h1>
        </div>
        {beside && <div className="page-beside">{beside}</div>}
      </header>
      {children}
    </>
  );
}
