import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';

import { Problem } from '~shared/api/problem';
import type { Mistake } from '~shared/api/types';
import { counted } from '~shared/format/numbers';

import css from './Writing.module.css';

interface Props {
  mistakes: Mistake[];
  checking: boolean;
  changed: boolean;
  failure: Error | null;
  onPick: (mistake: Mistake) => void;
}

/** What is wrong with the draft, where, and what to do about it. */
export function Mistakes({ mistakes, checking, changed, failure, onPick }: Props) {
  return (
    <section className={css.mistakes} aria-label="Checks">
      <h2 className={css.title} role="status">
        {failure ? failure.message : summary(mistakes, checking, changed)}
      </h2>
      {failure instanceof Problem && <p role="alert">{failure.detail}</p>}
      <ul>
        {mistakes.map((mistake) => {
          const warning = mistake.severity === 'warning';
          const Icon = warning ? IconAlertTriangle : IconCircleX;
          return (
            <li key={`${mistake.line} ${mistake.column} ${mistake.message}`}>
              <button type="button" className={css.mistake} onClick={() => onPick(mistake)}>
                <span className={css.where} data-warning={warning}>
                  <Icon size={16} stroke={2} aria-hidden />
                  {warning ? 'Warning' : 'Mistake'}, line {mistake.line}, column {mistake.column}
                </span>
                <span>{mistake.message}</span>
                {mistake.remedy && <span className="muted">{mistake.remedy}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {mistakes.length === 0 && !checking && !failure && (
        <p className={css.fine}>
          <IconCircleCheck size={18} stroke={1.8} aria-hidden />
          {changed ? 'Ready to publish.' : 'This is the policy in force.'}
        </p>
      )}
    </section>
  );
}

function summary(mistakes: Mistake[], checking: boolean, changed: boolean): string {
  if (checking && changed) {
    return 'Checking…';
  }
  return mistakes.length === 0 ? 'No mistakes' : counted(mistakes.length, 'thing to look at', 'things to look at');
}
