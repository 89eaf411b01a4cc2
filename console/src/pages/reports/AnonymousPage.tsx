import { Button, CopyButton } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';

import { useReportAnonymously } from '~features/reports/queries';
import { ReportForm } from '~features/reports/ReportForm';
import { Mark } from '~shared/ui/Mark';

import queue from '~shared/ui/queue.module.css';
import sole from '~shared/ui/sole.module.css';
import css from './ReportsPage.module.css';

/** Outside the shell: no account, no session, nothing that says who it is. */
export function AnonymousPage() {
  const report = useReportAnonymously();
  return (
    <Place title="Report without your name">
      {report.data ? (
        <Code code={report.data.code} />
      ) : (
        <>
          <h1 className={sole.title}>Report without your name</h1>
          <p>
            You need no account. We keep what you write, sealed, and the day; no name, no network address, nothing about
            your browser. You get a case code with which you can read the answers.
          </p>
          <ReportForm sending={report.isPending} error={report.error} onSend={(body) => report.mutate(body)} />
          <p>
            <Link to="/report/case">I have a case code</Link>
          </p>
        </>
      )}
    </Place>
  );
}

/** What both anonymous pages stand in. */
export function Place({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Bylaw`;
  }, [title]);
  return (
    <main className={sole.place}>
      <div className={sole.brand}>
        <Mark />
        Bylaw
      </div>
      <div className={sole.card}>{children}</div>
    </main>
  );
}

function Code({ code }: { code: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={sole.title}>
        Thank you. Keep this case code
      </h1>
      <p>
        It is shown once, and nobody can give it to you again. With it you can read the answers and add to the report.
      </p>
      <output className={css.code} aria-label="Case code">
        {code}
      </output>
      <div className={queue.buttons}>
        <CopyButton value={code}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy the case code'}</Button>}
        </CopyButton>
        <Button component={Link} to="/report/case" variant="default">
          Follow the report
        </Button>
      </div>
    </>
  );
}
