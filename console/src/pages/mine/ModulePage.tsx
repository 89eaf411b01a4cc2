import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { GuideWalk } from '~features/mine/GuideWalk';
import { lessonQuery } from '~features/mine/queries';
import type { Lesson } from '~shared/api/types';
import { Html } from '~shared/ui/Html';
import { Page } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { anchor } from './anchor';
import css from './Mine.module.css';
import { Quiz } from './Quiz';

type Part = Lesson['parts'][number];
type Passage = Part['passages'][number];

/** A training module: what is read, then what is asked. */
export function ModulePage() {
  const { module = '' } = useParams();
  const { data, error, refetch } = useQuery(lessonQuery(module));
  if (!data) {
    return (
      <Page title="Training">
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={12} />}
      </Page>
    );
  }
  const lead = `${data.minutes} minutes, then ${data.questions.length} questions, of which ${data.pass_percent} % have to be right.`;
  return (
    <Page title={data.title} lead={lead}>
      <article className={css.paper}>
        <Html className={css.prose} html={data.summary_html} />
        {data.parts.map((part) => (
          <PartView key={part.title} part={part} />
        ))}
        <Quiz lesson={data} again={() => void refetch()} />
        <Attempts lesson={data} />
        <p>
          <Link to="/mine">Back to my page</Link>
        </p>
      </article>
    </Page>
  );
}

function PartView({ part }: { part: Part }) {
  return (
    <section id={anchor(part.title)} className={css.part} aria-label={part.title}>
      <h2 className={css.heading}>{part.title}</h2>
      {part.passages.map((passage, at) => (
        // passages have no names, and never move
        <PassageView key={at} passage={passage} />
      ))}
    </section>
  );
}

function PassageView({ passage }: { passage: Passage }) {
  if (passage.kind === 'tree') {
    return <GuideWalk />;
  }
  if (passage.kind === 'prose') {
    return <Html className={css.prose} html={passage.html} />;
  }
  return (
    <aside className={css.incident} aria-label={passage.heading ?? 'An incident'}>
      <p className={css.name}>{passage.heading}</p>
      <Html html={passage.html} />
      <p className="muted">
        Source: {passage.source}
        {passage.link && (
          <>
            {' '}
            <Anchor href={passage.link} target="_blank" rel="noreferrer" inherit>
              Read it there
            </Anchor>
          </>
        )}
      </p>
    </aside>
  );
}

function Attempts({ lesson }: { lesson: Lesson }) {
  if (lesson.attempts.length === 0) {
    return null;
  }
  return (
    <section aria-label="My attempts">
      <h2 className={css.heading}>My attempts</h2>
      <ul className={css.list}>
        {lesson.attempts.map((attempt) => (
          <li key={attempt.at}>
            <Time at={attempt.at} />: {attempt.right} of {attempt.of}, {attempt.passed ? 'passed' : 'not passed'}
          </li>
        ))}
      </ul>
    </section>
  );
}
