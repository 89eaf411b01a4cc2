import { Button, CopyButton } from '@mantine/core';
import { IconHelpHexagon } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';

import { Marked } from '~features/findings/Marked';
import { pieces, placeholders } from '~features/findings/pieces';
import { ClauseLink } from '~features/policy/ClauseLink';
import type { Action, Check, CheckResult } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { ActionBadge } from '~shared/ui/Badges';
import { Failed, Nothing } from '~shared/ui/States';

import css from './CanIPage.module.css';

const ANSWERS: Record<Action, string> = {
  allow: 'Yes, you can.',
  coach: 'You can, but read this first.',
  justify: 'You can, once you have said why.',
  redact: 'Yes, with the sensitive parts replaced.',
  block: 'No, not like this.',
};

interface Props {
  outcome: { asked: Check; result: CheckResult } | undefined;
  error: Error | null;
}

export function Answer({ outcome, error }: Props) {
  if (error) {
    return (
      <section className={css.answer} aria-label="Answer">
        <Failed error={error} />
      </section>
    );
  }
  if (!outcome) {
    return (
      <section className={css.answer} aria-label="Answer">
        <Nothing icon={<IconHelpHexagon size={34} stroke={1.4} aria-hidden />} title="The answer appears here">
          With the clause it rests on, what was found in your text, and how it would be sent.
        </Nothing>
      </section>
    );
  }
  return <Given key={JSON.stringify(outcome.asked)} {...outcome} />;
}

function Given({ asked, result }: { asked: Check; result: CheckResult }) {
  const { verdict, findings, redacted_text } = result;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: window.innerWidth > 1000 }), []);
  return (
    <section className={css.answer} data-action={verdict.action} aria-label="Answer">
      <div className={css.said}>
        <ActionBadge action={verdict.action} />
        <h2 ref={heading} tabIndex={-1} className={css.heading}>
          {ANSWERS[verdict.action]}
        </h2>
        <p>{verdict.sentence}</p>
      </div>
      <Reasons result={result} />
      <Part
        title={
          findings.length > 0 ? `Found: ${counted(findings.length, 'sensitive part')}` : 'Found: nothing sensitive'
        }
      >
        {findings.length > 0 && <Marked pieces={pieces(asked.text ?? '', findings)} />}
      </Part>
      {redacted_text && (
        <Part title="How it would be sent">
          <Marked pieces={placeholders(redacted_text)} />
          <p className="muted">In the answer you get, the placeholders turn back into what you wrote.</p>
          <CopyButton value={redacted_text}>
            {({ copied, copy }) => (
              <Button variant="default" size="compact-md" onClick={copy} className={css.copy}>
                {copied ? 'Copied' : 'Copy the redacted text'}
              </Button>
            )}
          </CopyButton>
        </Part>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className={css.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Reasons({ result: { verdict } }: { result: CheckResult }) {
  if (verdict.clauses.length === 0) {
    return <p className="muted">No clause speaks of this, so the policy’s default applies.</p>;
  }
  return (
    <ul className={css.reasons}>
      {verdict.clauses.map((clause) => (
        <li key={clause.id}>
          <p>
            <ClauseLink id={clause.id} /> {clause.title}
          </p>
          {clause.why && <p className="muted">{clause.why}</p>}
        </li>
      ))}
    </ul>
  );
}
