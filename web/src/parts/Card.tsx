import { useId, type ReactNode } from "react";

interface Props {
  title: string;
  beside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Card({ title, beside, className, children }: Props) {
  const id = useId();
  return (
    <section className={`card ${className ?? ""}`} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}
