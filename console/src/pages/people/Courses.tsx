import { Button, FileInput, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { coursesQuery, peopleQuery, useAddCompletion, useImportCourse } from '~features/people/courses';
import { useMay } from '~features/session/session';
import type { Course } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines } from '~shared/ui/States';

import css from './People.module.css';
import { Results } from './Results';

/** Courses that another system teaches: what they are, and who completed them. */
export function Courses() {
  const { data, error, refetch } = useQuery(coursesQuery);
  const may = useMay();
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={3} />;
  }
  return (
    <>
      <Panel title="Courses of other systems">
        {data.length === 0 && <p className="muted">No course of another system is known.</p>}
        {data.map((course) => (
          <Known key={course.id} course={course} />
        ))}
      </Panel>
      {may('manage_training') && <Import />}
    </>
  );
}

function Known({ course }: { course: Course }) {
  const may = useMay();
  return (
    <section className={css.item} aria-label={course.title}>
      <p className={css.name}>{course.title}</p>
      <p className="muted">
        <code>{course.id}</code>, {course.standard}, counts for {counted(course.days, 'day')}
        {course.clauses.length > 0 && `; teaches ${course.clauses.join(', ')}`}; made known by {course.by}.
      </p>
      {may('manage_training') && (
        <>
          <details className={css.fold}>
            <summary>Record a completion</summary>
            <Completion course={course} />
          </details>
          <Results id={course.id} />
        </>
      )}
    </section>
  );
}

function Completion({ course }: { course: Course }) {
  const { data: people } = useQuery(peopleQuery);
  const add = useAddCompletion(course.id);
  const [person, setPerson] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const at = new Date(`${String(given.get('at'))}T00:00:00Z`).toISOString();
    if (person) {
      add.mutate({ person, at, reason: String(given.get('reason')) }, { onSuccess: () => form.reset() });
    }
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <Select
        label="Person"
        searchable
        data={people?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={person}
        onChange={setPerson}
        required
        withAsterisk={false}
      />
      <TextInput type="date" name="at" label="Completed on" required withAsterisk={false} />
      <TextInput
        name="reason"
        label="On what grounds"
        description="For example the number of the certificate. It is kept with your name."
        required
        withAsterisk={false}
      />
      <Refused error={add.error} />
      {add.isSuccess && <p role="status">Recorded.</p>}
      <div className={css.buttons}>
        <Button type="submit" loading={add.isPending}>
          Record
        </Button>
      </div>
    </form>
  );
}

function Import() {
  const add = useImportCourse();
  const [file, setFile] = useState<File | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    if (file) {
      const [id, clauses] = [String(given.get('id')), String(given.get('clauses'))];
      add.mutate({ id, clauses, days: Number(given.get('days')), file });
    }
  };
  return (
    <Panel title="Make a course known">
      <form onSubmit={submit} className={css.form}>
        <FileInput
          label="Package"
          description="A cmi5 or SCORM 1.2 package. Only its manifest is read; Bylaw does not run it."
          accept=".zip,application/zip"
          value={file}
          onChange={setFile}
          required
          withAsterisk={false}
        />
        <TextInput
          name="id"
          label="Name"
          description="By which rules of the policy ask for it: lower-case letters, digits and dashes."
          pattern="[a-z0-9-]{1,64}"
          required
          withAsterisk={false}
        />
        <NumberInput name="days" label="Days that a completion counts" min={1} max={3650} defaultValue={365} required />
        <TextInput
          name="clauses"
          label="Clauses that it teaches"
          description="With commas between them, as in DATA-2."
        />
        <Refused error={add.error} />
        {add.data && (
          <p role="status">
            “{add.data.title}” is known as {add.data.id}.
          </p>
        )}
        <div className={css.buttons}>
          <Button type="submit" loading={add.isPending}>
            Make known
          </Button>
        </div>
      </form>
    </Panel>
  );
}
