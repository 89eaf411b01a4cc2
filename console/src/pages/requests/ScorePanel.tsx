import type { ToolReview } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';

import queue from '~shared/ui/queue.module.css';
import css from './Requests.module.css';

/** What the answers add up to, question by question. */
export function ScorePanel({ detail: { score, sections } }: { detail: ToolReview }) {
  const asks = new Map(sections.flatMap((section) => section.questions.map(({ id, asks }) => [id, asks])));
  return (
    <Panel title="Score">
      <div className={queue.list}>
        <p>
          <span className={css.score}>{score.percent === null ? '–' : `${score.percent} %`}</span>{' '}
          <span className="muted">
            {score.answered} of {score.asked} questions answered. It informs; people decide.
          </span>
        </p>
        <details>
          <summary>How it is made up</summary>
          <ul className={queue.list}>
            {score.lines
              .filter((line) => line.weight > 0)
              .map((line) => (
                <li key={line.question} className={css.line}>
                  <span>{asks.get(line.question)}</span>
                  <span>
                    {line.points ?? '–'} × {line.weight}
                  </span>
                  <span className="muted">{line.because}</span>
                </li>
              ))}
          </ul>
        </details>
      </div>
    </Panel>
  );
}
