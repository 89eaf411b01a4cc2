import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { toolReviewsQuery } from '~features/requests/queries';
import { causeWords, OUTCOME_WORDS, REVIEW_WORDS } from '~features/requests/words';
import type { ToolReviewSummary } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';
import { ReviewWorkspace } from './ReviewWorkspace';
import { RubricPanel } from './RubricPanel';

const VIEWS = [
  { value: 'waiting', label: 'To do' },
  { value: 'decided', label: 'Decided' },
  { value: 'all', label: 'All' },
];

const WAITING: ToolReviewSummary['state'][] = ['open', 'in_review', 'proposed'];

/** The reviews of tools; with an id, the place where one is worked on. */
export function ReviewsPage() {
  const { id } = useParams();
  return id ? <ReviewWorkspace key={id} id={id} /> : <ReviewList />;
}

function ReviewList() {
  const [view, setView] = useState('waiting');
  const { data, error, refetch } = useQuery(toolReviewsQuery);
  const shown = data?.filter(
    ({ state }) => view === 'all' || (view === 'waiting' ? WAITING.includes(state) : state === view),
  );
  return (
    <Page title="Tool reviews" lead="What people want to use, what is known of it, and what was decided.">
      <div className={queue.columns}>
        <div>
          <SegmentedControl aria-label="State" data={VIEWS} value={view} onChange={setView} />
        </div>
        <Panel title="Reviews">
          {error && !data ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !shown ? (
            <Lines count={4} />
          ) : shown.length === 0 ? (
            <Nothing title="There is nothing here">Tools that people ask for appear here.</Nothing>
          ) : (
            <ul className={queue.list}>
              {shown.map((review) => (
                <Review key={review.id} review={review} />
              ))}
            </ul>
          )}
        </Panel>
        <RubricPanel />
      </div>
    </Page>
  );
}

function Review({ review }: { review: ToolReviewSummary }) {
  const [word, tone] = review.outcome ? OUTCOME_WORDS[review.outcome] : REVIEW_WORDS[review.state];
  return (
    <li className={queue.item}>
      <div className={queue.head}>
        <Link to={`/reviews/${review.id}`} className={queue.name}>
          {review.name}
        </Link>
        <Word tone={tone}>{word}</Word>
        {review.score !== null && <span className="muted">{review.score} %</span>}
      </div>
      <p className="muted">
        {causeWords(review.cause)} Wanted by {counted(review.people, 'person', 'people')}
        {review.reviewer && `; ${review.reviewer} reviews it`}
        {review.until && `; until ${formatDay(review.until)}`}
      </p>
    </li>
  );
}
