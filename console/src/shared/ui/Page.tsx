import { type ReactNode, useEffect } from 'react';

import css from './parts.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's head and body; its title is also the document's. */
export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Bylaw`;
  }, [title]);
  return (
    <>
      <header className={css.pageHead}>
        <div>
          <h1 className={css.pageTitle}>{title}</h1>
          {lead && <p className={css.pageLead}>{lead}</p>}
        </div>
        {actions && <div className={css.pageActions}>{actions}</div>}
      </header>
      {children}
    </>
  );
}

interface PanelProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Panel({ title, aside, children, className }: PanelProps) {
  return (
    <section className={className ? `${css.panel} ${className}` : css.panel} aria-label={title}>
      <div className={css.panelHead}>
        <h2 className={css.panelTitle}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Pairs of name and value; pairs without a value are left out. */
export function FactList({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className={css.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
        .map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
    </dl>
  );
}
