import { IconBook, IconCheck, IconLink, IconX } from '@tabler/icons-react';
import { Link } from 'react-router';

import { exchangesLink } from '~features/exchanges/filter';
import { useMay } from '~features/session/session';
import type { ClauseExample, PolicyClause } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { ActionBadge, ClauseName, SeverityBadge } from '~shared/ui/Badges';

import css from './PolicyPage.module.css';

interface Props {
  clause: PolicyClause;
  /** Whether the address names this clause. */
  named: boolean;
}

/** A clause as employees read it, with what makes it run folded away below. */
export function Clause({ clause, named }: Props) {
  return (
    <section
      id={clause.id}
      className={css.clause}
      aria-labelledby={`${clause.id}-title`}
      data-named={named || undefined}
    >
      <p className={css.clauseHead}>
        <ClauseName id={clause.id} />
        <a href={`#${clause.id}`} className={css.anchor} aria-label={`Link to ${clause.id}`}>
          <IconLink size={15} stroke={1.8} aria-hidden />
        </a>
        <Counts clause={clause} />
      </p>
      <h3 id={`${clause.id}-title`} className={css.clauseTitle}>
        {clause.title}
      </h3>
      <Html className={css.prose} html={clause.prose_html} />
      {clause.why_html && <Html className={css.why} html={clause.why_html} />}
      <Rule clause={clause} />
      {clause.examples.length > 0 && <Examples examples={clause.examples} />}
      {clause.rule_source && (
        <details className={css.fold}>
          <summary>The rule as written</summary>
          <pre className={css.source}>{clause.rule_source}</pre>
        </details>
      )}
    </section>
  );
}

/** HTML rendered by the server from the policy's Markdown; raw HTML in the source is not let through there. */
function Html({ html, className }: { html: string; className?: string }) {
  // our own server's rendering, and scripts are forbidden by the CSP
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}

function Counts({ clause }: { clause: PolicyClause }) {
  const may = useMay();
  if (clause.upheld_by === 'people') {
    return null;
  }
  const words = `${counted(clause.counts.day, 'time')} today, ${counted(clause.counts.week, 'time')} this week`;
  return may('read_exchanges') ? (
    <Link to={exchangesLink({ clause: clause.id })} className={css.counts}>
      {words}
    </Link>
  ) : (
    <span className={css.counts}>{words}</span>
  );
}

function Rule({ clause }: { clause: PolicyClause }) {
  if (!clause.action) {
    return (
      <p className={css.rule}>
        <IconBook size={17} stroke={1.8} aria-hidden />
        <span>Upheld by people: no machine checks this clause.</span>
      </p>
    );
  }
  return (
    <div className={css.rule} data-action={clause.action}>
      <ActionBadge action={clause.action} />
      <p className={css.sentence}>{clause.sentence}</p>
      {clause.severity && (clause.severity === 'high' || clause.severity === 'critical') && (
        <SeverityBadge severity={clause.severity} />
      )}
    </div>
  );
}

function Examples({ examples }: { examples: ClauseExample[] }) {
  const failing = examples.filter((example) => !example.passes).length;
  return (
    <details className={css.fold} open={failing > 0}>
      <summary>
        {counted(examples.length, 'example')}
        {failing > 0 ? <strong className={css.failing}>, {failing} failing</strong> : ', all pass'}
      </summary>
      <ul className={css.examples}>
        {examples.map((example) => (
          <li key={`${example.says} ${example.tool}`} className={css.example}>
            <span className={css.mark} data-passes={example.passes}>
              {example.passes ? (
                <IconCheck size={16} stroke={2.4} aria-hidden />
              ) : (
                <IconX size={16} stroke={2.4} aria-hidden />
              )}
              <span className="visually-hidden">{example.passes ? 'Passes' : 'Fails'}</span>
            </span>
            <div>
              <p>“{example.says}”</p>
              <p className="muted">
                {example.file && `as ${example.file} `}to {example.tool}
                {!example.passes && example.got && <span className={css.failing}>. Got: {example.got}</span>}
              </p>
            </div>
            <ActionBadge action={example.expect} />
          </li>
        ))}
      </ul>
    </details>
  );
}
