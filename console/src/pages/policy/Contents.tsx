import { ACTION_WORDS } from '~shared/format/words';
import { ACTION_ICONS } from '~shared/ui/Badges';

import css from './PolicyPage.module.css';
import type { Section } from './sections';

export function Contents({ sections }: { sections: Section[] }) {
  return (
    <nav className={css.contents} aria-label="Contents">
      {sections.map(({ name, clauses }) => (
        <div key={name}>
          <p className={css.contentsSection}>{name}</p>
          <ul>
            {clauses.map(({ id, title, action }) => {
              const Icon = action && ACTION_ICONS[action];
              return (
                <li key={id}>
                  <a href={`#${id}`} className={css.entry}>
                    <span className={css.entryIcon} data-action={action}>
                      {Icon && (
                        <>
                          <Icon size={14} stroke={2.4} aria-hidden />
                          <span className="visually-hidden">{ACTION_WORDS[action]}: </span>
                        </>
                      )}
                    </span>
                    <span>{title}</span>
                  </a>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
