import { IconArrowRight } from '@tabler/icons-react';
import { Link } from 'react-router';

import type { Overview, Tool } from '~shared/api/types';

import { concerns, headline } from './headline';
import css from './OverviewPage.module.css';

interface Props {
  overview: Overview;
  tools: Tool[];
  when: string;
}

/** The figures in a sentence, then what somebody should look at. */
export function Headline({ overview, tools, when }: Props) {
  const worries = concerns(overview, tools);
  return (
    <section aria-label="In short" className={css.headline}>
      <p className={css.says}>{headline(overview, when)}</p>
      {worries.length > 0 && (
        <ul className={css.worries}>
          {worries.map(({ key, says, to }) => (
            <li key={key}>
              <Link to={to} className={css.worry}>
                <span>{says}</span>
                <IconArrowRight size={16} stroke={1.8} aria-hidden />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
