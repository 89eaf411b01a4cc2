import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useRef } from 'react';

import type { OwnReport } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Complaint } from '~shared/ui/Complaint';

import css from './Reports.module.css';

interface Props {
  messages: OwnReport['messages'];
  /** Who reads it: whoever reported, or those who handle reports. */
  reader: 'reporter' | 'handler';
  sending: boolean;
  error: Error | null;
  onSend: (text: string) => void;
}

/** What was said about a report, and a place to say more. */
export function Conversation({ messages, reader, sending, error, onSend }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(String(new FormData(event.currentTarget).get('text')).trim());
    form.current?.reset();
  };
  return (
    <div className={css.report}>
      <ol className={css.messages} aria-label="Messages">
        {messages.map((message, index) => (
          // messages are only ever added at the end
          <li key={index} className={css.message} data-from={message.from}>
            <span className="muted">
              {message.from === reader ? 'You' : message.from === 'handler' ? 'Those who handle reports' : 'Reporter'},{' '}
              {formatDay(message.at)}
            </span>
            <p>{message.text}</p>
          </li>
        ))}
      </ol>
      <form ref={form} className={css.form} onSubmit={submit} aria-label="Add a message">
        <Textarea
          name="text"
          label={reader === 'handler' ? 'Answer whoever reported' : 'Add something'}
          required
          withAsterisk={false}
          maxLength={10000}
          autosize
          minRows={2}
        />
        <Complaint error={error} />
        <div>
          <Button type="submit" variant="default" loading={sending}>
            Send
          </Button>
        </div>
      </form>
    </div>
  );
}
